-- A story is deleted with everything that refers to it, and comes back as a tombstone in the same transaction, to which
-- its characters refer: they are looked at when that transaction ends.
alter table characters alter constraint characters_origin_story_id_stories_id_fk deferrable initially immediate;--> statement-breakpoint

-- Writes what is searched of some stories. The lock makes two changes of one story come one after the other, and each
-- statement of this function sees what the other committed.
create function refresh_story_searches(ids uuid[]) returns void
language plpgsql as $$
begin
  perform 1 from stories where id = any (ids) order by id for no key update;
  insert into story_searches (story_id, title, document)
  select s.id, search_fold(s.title),
    search_fold(concat_ws(E'\n', s.title, u.username, s.genre,
      (select string_agg(k, E'\n') from jsonb_array_elements_text(s.keywords) k),
      (select string_agg(t.name || E'\n' || t.slug, E'\n' order by t.slug)
       from story_tags st join tags t on t.id = st.tag_id
       where st.story_id = s.id and t.slug not like 'cover:%'),
      left(s.content, 4000)))
  from stories s join users u on u.id = s.creator_id
  where s.id = any (ids)
  on conflict (story_id) do update set title = excluded.title, document = excluded.document
  where (story_searches.title, story_searches.document) is distinct from (excluded.title, excluded.document);
end $$;--> statement-breakpoint

create function story_text_changed() returns trigger language plpgsql as $$
begin
  perform refresh_story_searches(array[new.id]);
  return null;
end $$;--> statement-breakpoint
create trigger story_added after insert on stories
for each row when (new.deleted_at is null) execute function story_text_changed();--> statement-breakpoint
create trigger story_text_changed after update of title, content, genre, keywords, creator_id on stories
for each row execute function story_text_changed();--> statement-breakpoint

create function story_tags_changed() returns trigger language plpgsql as $$
begin
  perform refresh_story_searches(array(select distinct story_id from changed));
  return null;
end $$;--> statement-breakpoint
create trigger story_tags_added after insert on story_tags
referencing new table as changed for each statement execute function story_tags_changed();--> statement-breakpoint
create trigger story_tags_removed after delete on story_tags
referencing old table as changed for each statement execute function story_tags_changed();--> statement-breakpoint

create function username_changed_stories() returns trigger language plpgsql as $$
begin
  perform refresh_story_searches(array(select id from stories where creator_id = new.id and deleted_at is null));
  return null;
end $$;--> statement-breakpoint
create trigger username_changed_stories after update of username on users
for each row when (old.username is distinct from new.username) execute function username_changed_stories();--> statement-breakpoint

select refresh_story_searches(array_agg(id)) from stories where deleted_at is null;--> statement-breakpoint
update stories s set chapter_count = c.n, last_chapter_at = c.last, view_total = s.view_count + c.views
from (select story_id, count(*) as n, max(created_at) as last, sum(view_count) as views from story_chapters group by story_id) c
where c.story_id = s.id;--> statement-breakpoint
update stories set view_total = view_count where chapter_count = 0 and view_count > 0;--> statement-breakpoint

-- Entries wait for nobody: a long pending list would be read by every search.
create index story_searches_grams on story_searches using gin (search_grams(document)) with (fastupdate = off);--> statement-breakpoint
create index story_searches_title on story_searches (title text_pattern_ops);--> statement-breakpoint
create index tags_slug_folded on tags (lower(slug));--> statement-breakpoint

-- The stories whose text contains `search` (one letter: whose title begins with it), or null when there are more
-- than `most`. As search_characters does it, and for the same reasons.
create function search_stories(search text, most integer) returns uuid[]
language plpgsql stable strict parallel safe cost 10000
set enable_seqscan = off set plan_cache_mode = force_custom_plan set work_mem = '16MB' as $$
declare ids uuid[];
begin
  if char_length(search_fold(search)) < 2 then
    select array_agg(found.story_id) into ids
    from (select story_id from story_searches
          where title like substr(search_pattern(search), 2) limit most + 1) as found;
  else
    select array_agg(found.story_id) into ids
    from (select story_id from story_searches
          where search_grams(document) @> search_grams(search) and document like search_pattern(search) limit most + 1) as found;
  end if;
  return case when cardinality(ids) > most then null else coalesce(ids, '{}') end;
end $$;
