-- stories.character_id: the two tables refer to each other, which one of their definitions cannot say.
alter table stories add constraint stories_character_id_fk foreign key (character_id) references characters (id) on delete set null;--> statement-breakpoint

-- How search compares: NFC and lower case.
create function search_fold(input text) returns text
language sql immutable strict parallel safe
return lower(normalize(input, nfc));--> statement-breakpoint

-- The character bigrams of a text. Trigrams do not work here: most Korean words have two syllables.
create function search_grams(input text) returns text[]
language sql immutable strict parallel safe
begin atomic
  select coalesce(array_agg(distinct c || n), '{}')
  from (select c, lead(c) over (order by i) as n
        from unnest(string_to_array(search_fold(input), null)) with ordinality as chars (c, i)) as pairs
  where n is not null;
end;--> statement-breakpoint

-- A LIKE pattern (escape \) that finds a text anywhere.
create function search_pattern(input text) returns text
language sql immutable strict parallel safe
return '%' || replace(replace(replace(search_fold(input), '\', '\\'), '%', '\%'), '_', '\_') || '%';--> statement-breakpoint

-- Writes what is searched of some characters. The lock makes two changes of one character come one after the other, and
-- each statement of this function sees what the other committed.
create function refresh_character_searches(ids uuid[]) returns void
language plpgsql as $$
begin
  perform 1 from characters where id = any (ids) order by id for no key update;
  insert into character_searches (character_id, name, document)
  select c.id, search_fold(c.name),
    search_fold(concat_ws(E'\n', c.name, u.username,
      (select string_agg(t.name || E'\n' || t.slug, E'\n' order by t.slug)
       from character_tags ct join tags t on t.id = ct.tag_id
       where ct.character_id = c.id and t.slug not like 'cover:%'),
      c.description))
  from characters c join users u on u.id = c.creator_id
  where c.id = any (ids)
  on conflict (character_id) do update set name = excluded.name, document = excluded.document
  where (character_searches.name, character_searches.document) is distinct from (excluded.name, excluded.document);
end $$;--> statement-breakpoint

create function character_text_changed() returns trigger language plpgsql as $$
begin
  perform refresh_character_searches(array[new.id]);
  return null;
end $$;--> statement-breakpoint
create trigger character_text_changed after insert or update of name, description, creator_id on characters
for each row execute function character_text_changed();--> statement-breakpoint

create function character_tags_changed() returns trigger language plpgsql as $$
begin
  perform refresh_character_searches(array(select distinct character_id from changed));
  return null;
end $$;--> statement-breakpoint
create trigger character_tags_added after insert on character_tags
referencing new table as changed for each statement execute function character_tags_changed();--> statement-breakpoint
create trigger character_tags_removed after delete on character_tags
referencing old table as changed for each statement execute function character_tags_changed();--> statement-breakpoint

create function username_changed() returns trigger language plpgsql as $$
begin
  perform refresh_character_searches(array(select id from characters where creator_id = new.id));
  return null;
end $$;--> statement-breakpoint
create trigger username_changed after update of username on users
for each row when (old.username is distinct from new.username) execute function username_changed();--> statement-breakpoint

create index character_searches_grams on character_searches using gin (search_grams(document));--> statement-breakpoint
create index character_searches_name on character_searches (name text_pattern_ops);
