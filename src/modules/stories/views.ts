import { safePrefix } from '../../lib/text.ts';
import type { DetailRow } from './detail-queries.ts';
import type { ItemRow } from './list-queries.ts';
import type { AnnouncementView, StoryDetailView, StoryItemView, StoryView } from './schema.ts';

const EXCERPT_CHARS = 140;

/** The beginning of a text for a card: one line, or null when there is nothing. */
function excerptOf(text: string): string | null {
  return safePrefix(text.replace(/\s+/g, ' ').trim(), EXCERPT_CHARS) || null;
}

/** An entry of a list. */
export function viewItem(row: ItemRow): StoryItemView {
  return {
    id: row.id,
    creator_id: row.creatorId,
    title: row.title,
    genre: row.genre,
    is_public: row.isPublic,
    is_origchat: row.isOrigchat,
    is_webtoon: row.isWebtoon,
    like_count: row.likeCount,
    view_count: row.viewTotal,
    comment_count: row.commentCount,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
    creator_username: row.creatorUsername,
    creator_avatar_url: row.creatorAvatarUrl,
    character_name: row.characterName,
    cover_url: row.coverUrl,
    excerpt: excerptOf(row.beginning),
    tags: row.tags,
    episode_count: row.chapterCount,
    extracted_characters: row.persons,
    latest_chapter_created_at: row.lastChapterAt?.toISOString() ?? null,
  };
}

/** Announcements as they are shown: pinned first, then the newest, as which they are stored. */
export function viewAnnouncements(announcements: AnnouncementView[]): AnnouncementView[] {
  return [...announcements].sort((a, b) => Number(b.pinned) - Number(a.pinned));
}

/** A story without what its page says of persons; the answer to those who write it. */
export function viewStory(row: DetailRow): StoryView {
  const { story } = row;
  return {
    id: story.id,
    creator_id: story.creatorId,
    character_id: story.characterId,
    title: story.title,
    content: story.content,
    keywords: story.keywords,
    genre: story.genre,
    is_public: story.isPublic,
    is_webtoon: story.isWebtoon,
    cover_url: story.coverUrl,
    is_origchat: story.isOrigchat,
    like_count: story.likeCount,
    view_count: row.views,
    comment_count: story.commentCount,
    summary_version: story.summaryVersion,
    created_at: story.createdAt.toISOString(),
    updated_at: story.updatedAt.toISOString(),
    tags: row.tags,
    announcements: viewAnnouncements(story.announcements),
  };
}

/** A story as its page shows it. */
export function viewDetail(row: DetailRow): StoryDetailView {
  return {
    ...viewStory(row),
    creator_username: row.creatorUsername,
    creator_avatar_url: row.creatorAvatarUrl,
    character_name: row.characterName,
    is_liked: row.isLiked,
  };
}
