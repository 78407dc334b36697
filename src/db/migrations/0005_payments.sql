CREATE TABLE "payment_events" (
	"id" uuid PRIMARY KEY NOT NULL,
	"payment_id" uuid NOT NULL,
	"provider" varchar(10) NOT NULL,
	"event_id" varchar(256) NOT NULL,
	"payload_hash" varchar(64) NOT NULL,
	"kind" varchar(10) NOT NULL,
	"amount" bigint NOT NULL,
	"currency" varchar(10),
	"verdict" varchar(20) NOT NULL,
	"details" jsonb,
	"received_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payment_products" (
	"id" uuid PRIMARY KEY NOT NULL,
	"seed_key" varchar(40),
	"name" varchar(100) NOT NULL,
	"description" text,
	"price" integer NOT NULL,
	"currency" char(3) DEFAULT 'KRW' NOT NULL,
	"points" integer NOT NULL,
	"bonus_points" integer DEFAULT 0 NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"sort_order" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payment_products_amounts" CHECK ("payment_products"."price" > 0 and "payment_products"."points" > 0 and "payment_products"."bonus_points" >= 0)
);
--> statement-breakpoint
CREATE TABLE "payment_refunds" (
	"id" uuid PRIMARY KEY NOT NULL,
	"payment_id" uuid NOT NULL,
	"refund_ref" varchar(300) NOT NULL,
	"amount" integer NOT NULL,
	"points" integer NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "payment_refunds_amount" CHECK ("payment_refunds"."amount" > 0 and "payment_refunds"."points" >= 0)
);
--> statement-breakpoint
CREATE TABLE "payments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" varchar(64) NOT NULL,
	"user_id" uuid NOT NULL,
	"product_id" uuid,
	"product_name" varchar(100) NOT NULL,
	"amount" integer NOT NULL,
	"currency" char(3) NOT NULL,
	"points" integer NOT NULL,
	"status" varchar(10) NOT NULL,
	"end_reason" varchar(300),
	"refunded_amount" integer DEFAULT 0 NOT NULL,
	"provider" varchar(10) NOT NULL,
	"provider_ref" varchar(255),
	"payment_key" varchar(255),
	"method" varchar(50),
	"checkout_url" text,
	"return_url" text NOT NULL,
	"idempotency_key" varchar(200),
	"request_hash" varchar(64) NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"queried_at" timestamp (3) with time zone,
	"paid_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "payments_amounts" CHECK ("payments"."amount" > 0 and "payments"."points" > 0),
	CONSTRAINT "payments_refunded" CHECK ("payments"."refunded_amount" between 0 and "payments"."amount")
);
--> statement-breakpoint
ALTER TABLE "payment_events" ADD CONSTRAINT "payment_events_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment_refunds" ADD CONSTRAINT "payment_refunds_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_product_id_payment_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."payment_products"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "payment_events_once" ON "payment_events" USING btree ("provider","event_id","payload_hash");--> statement-breakpoint
CREATE INDEX "payment_events_payment" ON "payment_events" USING btree ("payment_id","received_at");--> statement-breakpoint
CREATE INDEX "payment_events_anomalies" ON "payment_events" USING btree ("received_at") WHERE verdict in ('late_success', 'amount_mismatch', 'refund_mismatch');--> statement-breakpoint
CREATE UNIQUE INDEX "payment_products_seed_key" ON "payment_products" USING btree ("seed_key");--> statement-breakpoint
CREATE INDEX "payment_products_list" ON "payment_products" USING btree ("is_active","sort_order","id");--> statement-breakpoint
CREATE UNIQUE INDEX "payment_refunds_once" ON "payment_refunds" USING btree ("payment_id","refund_ref");--> statement-breakpoint
CREATE UNIQUE INDEX "payments_order" ON "payments" USING btree ("order_id");--> statement-breakpoint
CREATE UNIQUE INDEX "payments_idempotency" ON "payments" USING btree ("user_id","idempotency_key");--> statement-breakpoint
CREATE INDEX "payments_history" ON "payments" USING btree ("user_id","created_at","id");--> statement-breakpoint
CREATE INDEX "payments_pending" ON "payments" USING btree ("created_at") WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX "payments_success" ON "payments" USING btree ("paid_at") WHERE status = 'success';