import type { StoredImage } from '../../db/tables/characters.ts';
import type { Actor } from '../../lib/actor.ts';
import { seesAll, seesOriginStory } from './access.ts';
import type { DetailRow } from './detail-queries.ts';
import type { ItemRow } from './list-queries.ts';
import type { CharacterRow } from './queries.ts';
import type { CharacterDetailView, CharacterItemView, CharacterLegacyView } from './schema.ts';
import { normaliseStartSets } from './start-sets/normalise.ts';
import { viewerStartSets } from './start-sets/read.ts';

/** Images that may be shown: no layout marks and, for viewers, none that the creator keeps to himself. */
function shownImages(images: StoredImage[], all: boolean): StoredImage[] {
  return images.filter((image) => !image.url?.startsWith('cover:') && (all || image.is_public !== false));
}

function thumbnail(avatarUrl: string | null, images: StoredImage[]): string | null {
  return avatarUrl ?? images.find((image) => image.url)?.url ?? null;
}

/**
 * A character as `actor` may see it. The owner and administrators get all of it; others no world text (but for characters
 * out of a story that they may read), no secrets of scenes, and of `start_sets` only the openings' own words.
 */
export function viewDetail(row: DetailRow, actor: Actor): CharacterDetailView {
  const { character } = row;
  const all = seesAll(actor, character);
  const story = character.originStoryId !== null && seesOriginStory(actor, row);
  const images = shownImages(character.imageDescriptions, all);
  const sets = normaliseStartSets(character.startSets);
  return {
    ...baseOf(character),
    world_setting: all || story ? character.worldSetting : null,
    user_display_description: character.userDisplayDescription,
    use_custom_description: character.useCustomDescription,
    introduction_scenes: character.introductionScenes.map((scene) => ({ ...scene, secret: all ? scene.secret : null })),
    start_sets: all ? sets : viewerStartSets(sets),
    max_turns: character.maxTurns,
    character_type: character.characterType,
    source_type: character.sourceType,
    base_language: character.baseLanguage,
    tags: row.tags,
    thumbnail_url: thumbnail(character.avatarUrl, images),
    image_descriptions: images,
    voice_settings: character.voiceSettings,
    has_affinity_system: character.hasAffinitySystem,
    affinity_rules: character.affinityRules,
    affinity_stages: character.affinityStages,
    custom_module_id: character.customModuleId,
    use_translation: character.useTranslation,
    comment_count: character.commentCount,
    ...originOf(row, story),
    example_dialogues: row.dialogues.map((dialogue) => ({
      ...dialogue,
      created_at: new Date(dialogue.created_at).toISOString(),
    })),
    settings: null,
    creator_username: row.creatorUsername,
    creator_avatar_url: row.creatorAvatarUrl,
    is_liked: row.isLiked,
  };
}

function originOf(row: DetailRow, shown: boolean) {
  return {
    origin_story_id: shown ? row.character.originStoryId : null,
    origin_story_title: shown ? row.storyTitle : null,
    origin_story_cover: shown ? row.storyCover : null,
    origin_story_creator: shown ? row.storyCreator : null,
    origin_story_views: shown ? row.storyViews : null,
    origin_story_likes: shown ? row.storyLikes : null,
    origin_story_excerpt: shown ? row.storyExcerpt : null,
  };
}

/** The fields that the long and the old short form share. */
function baseOf(row: CharacterRow) {
  return {
    id: row.id,
    creator_id: row.creatorId,
    name: row.name,
    description: row.description,
    personality: row.personality,
    speech_style: row.speechStyle,
    greeting: row.greeting,
    avatar_url: row.avatarUrl,
    is_public: row.isPublic,
    is_active: row.isActive,
    chat_count: row.chatCount,
    like_count: row.likeCount,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

/** The old short form; its word for the world is `background_story`. */
export function viewLegacy(row: CharacterRow): CharacterLegacyView {
  return { ...baseOf(row), background_story: row.worldSetting };
}

/** An entry of a list. Lists are asked without a token, so nobody sees hidden images there. */
export function viewItem(row: ItemRow): CharacterItemView {
  const images = shownImages(row.imageDescriptions, false);
  return {
    id: row.id,
    creator_id: row.creatorId,
    name: row.name,
    description: row.description,
    greeting: row.greeting,
    avatar_url: row.avatarUrl,
    source_type: row.sourceType,
    character_type: row.characterType,
    max_turns: row.maxTurns,
    thumbnail_url: thumbnail(row.avatarUrl, images),
    image_descriptions: images,
    tags: row.tags,
    chat_count: row.chatCount,
    like_count: row.likeCount,
    origin_story_id: row.storyTitle === null ? null : row.originStoryId,
    origin_story_title: row.storyTitle,
    is_origchat: row.originStoryId !== null,
    is_public: row.isPublic,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
    creator_username: row.creatorUsername,
    creator_avatar_url: row.creatorAvatarUrl,
  };
}
