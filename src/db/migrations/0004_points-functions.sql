-- The ledger is append-only, whoever is connected.
create function points_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'point_ledger is append-only' using errcode = 'restrict_violation';
end $$;
--> statement-breakpoint
create trigger point_ledger_append_only before update or delete on point_ledger
  for each row execute function points_refuse_change();
--> statement-breakpoint
create trigger point_ledger_no_truncate before truncate on point_ledger
  for each statement execute function points_refuse_change();
--> statement-breakpoint
-- Adds points once per tx id. Open debts are paid from them, oldest first, as ledger rows of their own.
-- Returns the same answer again for a tx id that is known: net = what was added after debts, last_version = the newest of
-- the rows written for it.
create function points_credit(
  p_user uuid, p_tx uuid, p_amount bigint, p_type text, p_description text, p_reference_type text, p_reference_id text,
  p_at timestamptz
) returns table (created boolean, net bigint, last_version bigint, balance_after bigint) language plpgsql as $$
#variable_conflict use_column
declare
  held point_balances;
  known point_ledger;
  debt record;
  rest bigint := p_amount;
  part bigint;
begin
  if p_amount <= 0 then raise exception 'a credit must be positive' using errcode = 'check_violation'; end if;
  insert into point_balances (user_id) values (p_user) on conflict do nothing;
  select * into held from point_balances where user_id = p_user for update;
  select * into known from point_ledger where tx_id = p_tx;
  if found then
    if known.user_id <> p_user or known.delta <> p_amount then
      raise exception 'this cause was credited with another user or amount' using errcode = 'unique_violation';
    end if;
    return query
      select false, sum(l.delta)::bigint, max(l.version), (array_agg(l.balance_after order by l.version desc))[1]
      from point_ledger l
      where l.tx_id = p_tx or l.tx_id in (
        select md5(p_tx::text || ':' || d.tx_id::text)::uuid from point_debts d where d.user_id = p_user);
    return;
  end if;
  held.balance := held.balance + p_amount;
  held.version := held.version + 1;
  insert into point_ledger (tx_id, user_id, version, type, delta, balance_after, description, reference_type, reference_id, created_at)
  values (p_tx, p_user, held.version, p_type, p_amount, held.balance, p_description, p_reference_type, p_reference_id, p_at);
  for debt in
    select tx_id, remaining_points from point_debts
    where user_id = p_user and remaining_points > 0 order by created_at, tx_id for update
  loop
    exit when rest = 0;
    part := least(rest, debt.remaining_points);
    rest := rest - part;
    held.balance := held.balance - part;
    held.version := held.version + 1;
    insert into point_ledger (tx_id, user_id, version, type, delta, balance_after, description, reference_type, reference_id, created_at)
    values (md5(p_tx::text || ':' || debt.tx_id::text)::uuid, p_user, held.version, 'refund', -part, held.balance,
            null, 'debt', debt.tx_id::text, p_at);
    update point_debts set remaining_points = remaining_points - part where tx_id = debt.tx_id;
  end loop;
  update point_balances set
    balance = held.balance,
    version = held.version,
    total_charged = total_charged + case when p_type in ('charge', 'bonus') then p_amount else 0 end,
    last_charged_at = case when p_type in ('charge', 'bonus') then p_at else last_charged_at end
  where user_id = p_user;
  return query select true, rest, held.version, held.balance;
end $$;
--> statement-breakpoint
-- Gives a use back, once, if and only if the ledger has it. No row: there is nothing to give back.
create function points_refund(p_original uuid, p_tx uuid, p_description text, p_at timestamptz)
returns table (user_id uuid, created boolean, net bigint, last_version bigint, balance_after bigint) language sql as $$
  select l.user_id, c.created, c.net, c.last_version, c.balance_after
  from point_ledger l
  cross join lateral points_credit(
    l.user_id, p_tx, -l.delta, 'refund', p_description, 'use', l.tx_id::text, p_at) c
  where l.tx_id = p_original and l.type = 'use'
$$;
--> statement-breakpoint
-- One reward per user and day; no row when the day has its reward already.
create function points_check_in(p_user uuid, p_day date, p_tx uuid, p_amount bigint, p_description text, p_at timestamptz)
returns table (created boolean, net bigint, last_version bigint, balance_after bigint) language plpgsql as $$
#variable_conflict use_column
begin
  insert into point_check_ins (user_id, day, tx_id, created_at) values (p_user, p_day, p_tx, p_at) on conflict do nothing;
  if not found then return; end if;
  return query select * from points_credit(p_user, p_tx, p_amount, 'bonus', p_description, 'checkin', p_day::text, p_at);
end $$;
--> statement-breakpoint
-- Grants what a user's timer has collected. The bucket is thereby empty again; the time that did not make a whole point
-- yet is kept, unless the bucket was full, when the timer stands still.
create function points_timer(
  p_user uuid, p_tx uuid, p_now timestamptz, p_interval_seconds bigint, p_max bigint, p_description text
) returns table (earned bigint, collecting_since timestamptz, net bigint, last_version bigint) language plpgsql as $$
#variable_conflict use_column
declare
  since timestamptz;
  steps bigint;
  credited record;
begin
  insert into point_timers (user_id, collecting_since) values (p_user, p_now) on conflict do nothing;
  select t.collecting_since into since from point_timers t where t.user_id = p_user for update;
  steps := least(p_max, greatest(0, floor(extract(epoch from p_now - since) / p_interval_seconds)));
  if steps = 0 then
    return query select 0::bigint, since, 0::bigint, 0::bigint;
    return;
  end if;
  since := case when steps = p_max then p_now else since + steps * p_interval_seconds * interval '1 second' end;
  update point_timers set collecting_since = since where user_id = p_user;
  select * into credited from points_credit(p_user, p_tx, steps, 'bonus', p_description, 'timer_refill', null, p_now);
  return query select steps, since, credited.net, credited.last_version;
end $$;
--> statement-breakpoint
-- Writes a batch of journal entries: [{admission, tx, user, amount, type, description, reference_type, reference_id,
-- answered, promised, at}]. Verdict per admission: applied, duplicate (the ledger had the tx id), insufficient (written
-- down, so that whoever brings this admission again is told the same). Any number of settlers may call it with the same
-- entries. A call that gets its locks only after p_deadline writes nothing and fails: see the epoch's window.
create function points_apply(p_rows jsonb, p_deadline timestamptz)
returns table (admission text, verdict text, version bigint, delta bigint) language plpgsql as $$
#variable_conflict use_column
declare
  known uuid[];
  entry record;
  held point_balances;
begin
  -- In the order of the users, so that two batches cannot wait for each other.
  perform 1 from point_balances b
  where b.user_id in (select r.user from jsonb_to_recordset(p_rows) r("user" uuid))
  order by b.user_id for update;
  if clock_timestamp() > p_deadline then
    raise exception 'points_apply came after its deadline' using errcode = 'query_canceled';
  end if;
  select coalesce(array_agg(l.tx_id), '{}') into known
  from point_ledger l where l.tx_id in (select r.tx from jsonb_to_recordset(p_rows) r(tx uuid));

  -- Users whose new entries all fit, and occur once: one statement for all of them.
  with rows as (
    select * from rows from (
      jsonb_to_recordset(p_rows) as (admission text, tx uuid, "user" uuid, amount bigint, type text, description text,
        reference_type text, reference_id text, answered bigint, at timestamptz)
    ) with ordinality as r(admission, tx, user_id, amount, type, description, reference_type, reference_id, answered, at, n)
    where tx <> all (known)
  ), running as (
    select r.*,
      b.balance - sum(r.amount) over (partition by r.user_id order by r.n) as after,
      b.version + row_number() over (partition by r.user_id order by r.n) as next_version,
      count(*) over (partition by r.tx) as times,
      p.admission is not null as parked
    from rows r
    join point_balances b using (user_id)
    left join point_parked p on p.admission = r.admission
  ), fitting as (
    select user_id from running group by user_id having min(after) >= 0 and max(times) = 1 and not bool_or(parked)
  ), written as (
    insert into point_ledger (tx_id, user_id, version, type, delta, balance_after, description, reference_type, reference_id, answered_balance, created_at)
    select tx, user_id, next_version, type, -amount, after, description, reference_type, reference_id, answered, at
    from running join fitting using (user_id)
    returning user_id, type, delta
  )
  update point_balances b set
    balance = b.balance + w.moved, version = b.version + w.rows, total_used = b.total_used + w.used
  from (
    select user_id, sum(delta) as moved, count(*) as rows, coalesce(-sum(delta) filter (where type = 'use'), 0) as used
    from written group by user_id
  ) w
  where b.user_id = w.user_id;

  -- The rest, one by one: repeated entries, and users who cannot pay all of theirs.
  for entry in
    select r.*, r.n from rows from (
      jsonb_to_recordset(p_rows) as (admission text, tx uuid, "user" uuid, amount bigint, type text, description text,
        reference_type text, reference_id text, answered bigint, promised boolean, at timestamptz)
    ) with ordinality as r(admission, tx, user_id, amount, type, description, reference_type, reference_id, answered, promised, at, n)
    where not exists (select 1 from point_ledger l where l.tx_id = r.tx)
    order by r.n
  loop
    continue when exists (select 1 from point_ledger l where l.tx_id = entry.tx)
      or exists (select 1 from point_parked p where p.admission = entry.admission);
    select * into held from point_balances where user_id = entry.user_id;
    if not found or held.balance < entry.amount then
      insert into point_parked (admission, tx_id, user_id, amount_points, why, promised, entry, parked_at)
      values (entry.admission, entry.tx, entry.user_id, entry.amount, 'insufficient', entry.promised, to_jsonb(entry), clock_timestamp());
      continue;
    end if;
    insert into point_ledger (tx_id, user_id, version, type, delta, balance_after, description, reference_type, reference_id, answered_balance, created_at)
    values (entry.tx, entry.user_id, held.version + 1, entry.type, -entry.amount, held.balance - entry.amount,
            entry.description, entry.reference_type, entry.reference_id, entry.answered, entry.at);
    update point_balances set
      balance = balance - entry.amount,
      version = version + 1,
      total_used = total_used + case when entry.type = 'use' then entry.amount else 0 end
    where user_id = entry.user_id;
  end loop;

  return query
    select r.admission,
      case when l.tx_id is null then 'insufficient' when r.tx = any (known) then 'duplicate' else 'applied' end,
      coalesce(l.version, 0), coalesce(l.delta, 0)
    from jsonb_to_recordset(p_rows) r(admission text, tx uuid)
    left join point_ledger l on l.tx_id = r.tx;
end $$;
