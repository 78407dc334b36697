CREATE TABLE "message_versions" (
	"message_id" uuid NOT NULL,
	"no" integer NOT NULL,
	"content" text NOT NULL,
	"source" varchar(12) NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "message_versions_message_id_no_pk" PRIMARY KEY("message_id","no")
);
--> statement-breakpoint
CREATE TABLE "message_votes" (
	"message_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"vote" smallint NOT NULL,
	CONSTRAINT "message_votes_message_id_user_id_pk" PRIMARY KEY("message_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"id" uuid PRIMARY KEY NOT NULL,
	"room_id" uuid NOT NULL,
	"turn_id" uuid,
	"seq" integer NOT NULL,
	"part" varchar(10) NOT NULL,
	"sender_type" varchar(20) NOT NULL,
	"content" text NOT NULL,
	"metadata" jsonb,
	"selected_version" integer DEFAULT 1 NOT NULL,
	"version_count" integer DEFAULT 1 NOT NULL,
	"upvotes" integer DEFAULT 0 NOT NULL,
	"downvotes" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "messages_votes" CHECK (upvotes >= 0 and downvotes >= 0)
);
--> statement-breakpoint
CREATE TABLE "room_reads" (
	"room_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"unread_count" integer DEFAULT 0 NOT NULL,
	"last_read_at" timestamp (3) with time zone,
	CONSTRAINT "room_reads_room_id_user_id_pk" PRIMARY KEY("room_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "room_summaries" (
	"room_id" uuid NOT NULL,
	"upto_seq" integer NOT NULL,
	"content" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "room_summaries_room_id_upto_seq_pk" PRIMARY KEY("room_id","upto_seq")
);
--> statement-breakpoint
CREATE TABLE "rooms" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"character_id" uuid NOT NULL,
	"story_id" uuid,
	"kind" varchar(10) NOT NULL,
	"is_current" boolean DEFAULT true NOT NULL,
	"title" varchar(200) NOT NULL,
	"session_id" varchar(100),
	"opening_id" varchar(80),
	"snapshot" jsonb NOT NULL,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"state" jsonb NOT NULL,
	"details" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"turn_count" integer DEFAULT 0 NOT NULL,
	"message_count" integer DEFAULT 0 NOT NULL,
	"last_seq" integer DEFAULT 0 NOT NULL,
	"summary" text,
	"summary_seq" integer DEFAULT 0 NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"idempotency_key" varchar(200),
	"request_hash" varchar(64),
	"forked_from_room_id" uuid,
	"forked_from_turn_no" integer,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "rooms_counts" CHECK (turn_count >= 0 and message_count >= 0 and last_seq >= 0)
);
--> statement-breakpoint
CREATE TABLE "turns" (
	"id" uuid PRIMARY KEY NOT NULL,
	"room_id" uuid NOT NULL,
	"kind" varchar(10) NOT NULL,
	"turn_no" integer,
	"status" varchar(10) NOT NULL,
	"retry_of" uuid,
	"idempotency_key" varchar(200),
	"request_hash" varchar(64) NOT NULL,
	"model" varchar(100) NOT NULL,
	"price_points" integer NOT NULL,
	"language" varchar(2) NOT NULL,
	"state_before" jsonb NOT NULL,
	"state_after" jsonb,
	"summary_seq" integer DEFAULT 0 NOT NULL,
	"report" jsonb,
	"text" text DEFAULT '' NOT NULL,
	"event_count" integer DEFAULT 0 NOT NULL,
	"stop_requested" boolean DEFAULT false NOT NULL,
	"stopped" boolean DEFAULT false NOT NULL,
	"error_code" varchar(60),
	"started_at" timestamp (3) with time zone NOT NULL,
	"heartbeat_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "message_versions" ADD CONSTRAINT "message_versions_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_votes" ADD CONSTRAINT "message_votes_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_votes" ADD CONSTRAINT "message_votes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_turn_id_turns_id_fk" FOREIGN KEY ("turn_id") REFERENCES "public"."turns"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "room_reads" ADD CONSTRAINT "room_reads_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "room_reads" ADD CONSTRAINT "room_reads_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "room_summaries" ADD CONSTRAINT "room_summaries_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rooms" ADD CONSTRAINT "rooms_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rooms" ADD CONSTRAINT "rooms_character_id_characters_id_fk" FOREIGN KEY ("character_id") REFERENCES "public"."characters"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rooms" ADD CONSTRAINT "rooms_story_id_stories_id_fk" FOREIGN KEY ("story_id") REFERENCES "public"."stories"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "turns" ADD CONSTRAINT "turns_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "messages_seq" ON "messages" USING btree ("room_id","seq");--> statement-breakpoint
CREATE INDEX "messages_turn" ON "messages" USING btree ("turn_id");--> statement-breakpoint
CREATE UNIQUE INDEX "rooms_one_current" ON "rooms" USING btree ("user_id","character_id","kind") WHERE is_current;--> statement-breakpoint
CREATE UNIQUE INDEX "rooms_idempotency" ON "rooms" USING btree ("user_id","idempotency_key");--> statement-breakpoint
CREATE INDEX "rooms_of_user" ON "rooms" USING btree ("user_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "rooms_of_user_character" ON "rooms" USING btree ("user_id","character_id","updated_at","id");--> statement-breakpoint
CREATE INDEX "rooms_character" ON "rooms" USING btree ("character_id");--> statement-breakpoint
CREATE INDEX "rooms_story" ON "rooms" USING btree ("story_id") WHERE story_id is not null;--> statement-breakpoint
CREATE INDEX "rooms_session" ON "rooms" USING btree ("session_id") WHERE session_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "turns_number" ON "turns" USING btree ("room_id","turn_no") WHERE status in ('running', 'done');--> statement-breakpoint
CREATE UNIQUE INDEX "turns_one_running" ON "turns" USING btree ("room_id") WHERE status = 'running';--> statement-breakpoint
CREATE UNIQUE INDEX "turns_idempotency" ON "turns" USING btree ("room_id","idempotency_key") WHERE status <> 'failed';--> statement-breakpoint
CREATE INDEX "turns_live" ON "turns" USING btree ("heartbeat_at") WHERE status = 'running';--> statement-breakpoint
CREATE INDEX "turns_of_room" ON "turns" USING btree ("room_id","started_at","id");--> statement-breakpoint
CREATE INDEX "turns_failed" ON "turns" USING btree ("ended_at") WHERE status = 'failed';