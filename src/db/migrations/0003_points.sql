CREATE TABLE "point_balances" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"balance" bigint DEFAULT 0 NOT NULL,
	"version" bigint DEFAULT 0 NOT NULL,
	"total_charged" bigint DEFAULT 0 NOT NULL,
	"total_used" bigint DEFAULT 0 NOT NULL,
	"last_charged_at" timestamp (3) with time zone,
	CONSTRAINT "point_balances_not_negative" CHECK ("point_balances"."balance" >= 0)
);
--> statement-breakpoint
CREATE TABLE "point_check_ins" (
	"user_id" uuid NOT NULL,
	"day" date NOT NULL,
	"tx_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "point_debts" (
	"tx_id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"amount_points" bigint NOT NULL,
	"remaining_points" bigint NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "point_debts_range" CHECK ("point_debts"."remaining_points" between 0 and "point_debts"."amount_points")
);
--> statement-breakpoint
CREATE TABLE "point_ledger" (
	"tx_id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"version" bigint NOT NULL,
	"type" varchar(10) NOT NULL,
	"delta" bigint NOT NULL,
	"balance_after" bigint NOT NULL,
	"description" varchar(200),
	"reference_type" varchar(50),
	"reference_id" varchar(100),
	"answered_balance" bigint,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "point_ledger_not_negative" CHECK ("point_ledger"."balance_after" >= 0),
	CONSTRAINT "point_ledger_moves" CHECK ("point_ledger"."delta" <> 0)
);
--> statement-breakpoint
CREATE TABLE "point_parked" (
	"admission" varchar(120) PRIMARY KEY NOT NULL,
	"tx_id" uuid,
	"user_id" uuid,
	"amount_points" bigint,
	"why" varchar(20) NOT NULL,
	"promised" boolean NOT NULL,
	"entry" jsonb NOT NULL,
	"parked_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "point_timers" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"collecting_since" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "point_balances" ADD CONSTRAINT "point_balances_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "point_check_ins_once" ON "point_check_ins" USING btree ("user_id","day");--> statement-breakpoint
CREATE INDEX "point_debts_open" ON "point_debts" USING btree ("user_id","created_at") WHERE remaining_points > 0;--> statement-breakpoint
CREATE UNIQUE INDEX "point_ledger_user_version" ON "point_ledger" USING btree ("user_id","version");--> statement-breakpoint
CREATE INDEX "point_ledger_user_type" ON "point_ledger" USING btree ("user_id","type","version");--> statement-breakpoint
CREATE INDEX "point_parked_user" ON "point_parked" USING btree ("user_id");