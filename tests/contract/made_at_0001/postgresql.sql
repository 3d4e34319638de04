SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
CREATE SCHEMA ordertrail;
CREATE FUNCTION ordertrail.append(change jsonb) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'ordertrail', 'pg_temp'
    AS $$
DECLARE
  expected bigint := (change->>'expected')::bigint;
  new_order orders := jsonb_populate_record(NULL::orders, change->'order');
BEGIN
  LOCK TABLE orders IN ROW EXCLUSIVE MODE;
  IF expected = 0 THEN
    BEGIN
      INSERT INTO order_numbers (number, order_id) VALUES (new_order.number, new_order.order_id);
      WITH written AS (INSERT INTO orders SELECT new_order.* RETURNING order_id) INSERT INTO order_notes
        SELECT entry.* FROM written, jsonb_populate_recordset(NULL::order_notes, change->'entries') entry;
    EXCEPTION WHEN unique_violation THEN
      RETURN false;
    END;
  ELSE
    WITH written AS (
      UPDATE orders SET status = new_order.status, channel = new_order.channel, customer_id = new_order.customer_id, customer_name = new_order.customer_name, customer_email = new_order.customer_email, market = new_order.market, currency = new_order.currency, total = new_order.total, balance = new_order.balance, placed = new_order.placed, held_since = new_order.held_since, last_activity = new_order.last_activity, last_recorded = new_order.last_recorded, version = new_order.version, changed_seq = new_order.changed_seq, head = new_order.head, document = new_order.document
        WHERE order_id = new_order.order_id AND version = expected RETURNING order_id
    ) INSERT INTO order_notes
        SELECT entry.* FROM written, jsonb_populate_recordset(NULL::order_notes, change->'entries') entry;
    IF NOT FOUND THEN
      RETURN false;
    END IF;
  END IF;
  IF jsonb_array_length(change->'entries') <> new_order.version - expected THEN
    RAISE EXCEPTION 'ordertrail: an order changes only with its next entry, and stays';
  END IF;
  INSERT INTO log_pending (order_id, seq, leaf)
    SELECT order_id, seq, leaf FROM jsonb_to_recordset(change->'entries') AS (order_id text, seq bigint, leaf bytea);
  RETURN true;
END$$;
CREATE FUNCTION ordertrail.draw_number() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'ordertrail', 'pg_temp'
    AS $$
BEGIN
  RETURN nextval('order_number');
END$$;
CREATE FUNCTION ordertrail.erase(parts jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'ordertrail', 'pg_temp'
    AS $$
BEGIN
  INSERT INTO erasures SELECT order_id, seq, part, erased_by FROM jsonb_populate_recordset(NULL::erasures, parts);
  UPDATE order_notes n SET personal = NULL, personal_salt = NULL
    FROM jsonb_populate_recordset(NULL::erasures, parts) e
    WHERE n.order_id = e.order_id AND n.seq = e.seq AND e.part = 'personal';
  UPDATE order_notes n SET actor = NULL, actor_salt = NULL
    FROM jsonb_populate_recordset(NULL::erasures, parts) e
    WHERE n.order_id = e.order_id AND n.seq = e.seq AND e.part = 'actor';
  UPDATE idempotency SET digest = NULL
    WHERE order_id IN (SELECT order_id FROM jsonb_populate_recordset(NULL::erasures, parts));
END$$;
CREATE FUNCTION ordertrail.guard_entry_update() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'ordertrail', 'pg_temp'
    AS $$
DECLARE
  listed text[] := ARRAY(SELECT part FROM erasures WHERE order_id = OLD.order_id AND seq = OLD.seq);
BEGIN
  IF 'personal' = ANY (listed) AND NEW.personal IS NULL AND NEW.personal_salt IS NULL THEN
    OLD.personal := NULL;
    OLD.personal_salt := NULL;
  END IF;
  IF 'actor' = ANY (listed) AND NEW.actor IS NULL AND NEW.actor_salt IS NULL THEN
    OLD.actor := NULL;
    OLD.actor_salt := NULL;
  END IF;
  IF listed = '{}' OR NOT NEW *= OLD THEN
    RAISE EXCEPTION 'ordertrail: %', TG_ARGV[0];
  END IF;
  RETURN NEW;
END$$;
CREATE FUNCTION ordertrail.guard_erasure() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'ordertrail', 'pg_temp'
    AS $$
BEGIN
  IF NEW.seq >= NEW.erased_by OR NOT EXISTS (
    SELECT 1 FROM order_notes
      WHERE order_id = NEW.order_id AND seq = NEW.erased_by AND event = 'PersonalDataErased'
  ) OR EXISTS (SELECT 1 FROM order_notes WHERE order_id = NEW.order_id AND seq > NEW.erased_by) THEN
    RAISE EXCEPTION 'ordertrail: %', TG_ARGV[0];
  END IF;
  RETURN NEW;
END$$;
CREATE FUNCTION ordertrail.guard_log_size() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'ordertrail', 'pg_temp'
    AS $$
BEGIN
  IF NEW.id <> 1 OR NEW.size <> (SELECT coalesce(max(position) + 1, 0) FROM log_entries) THEN
    RAISE EXCEPTION 'ordertrail: %', TG_ARGV[0];
  END IF;
  RETURN NEW;
END$$;
CREATE FUNCTION ordertrail.guard_next_entry() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'ordertrail', 'pg_temp'
    AS $$
BEGIN
  IF NEW.seq <> 1 + (SELECT coalesce(max(seq), 0) FROM order_notes WHERE order_id = NEW.order_id) THEN
    RAISE EXCEPTION 'ordertrail: %', TG_ARGV[0];
  END IF;
  RETURN NEW;
END$$;
CREATE FUNCTION ordertrail.guard_next_position() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'ordertrail', 'pg_temp'
    AS $$
BEGIN
  IF NEW.position <> (SELECT coalesce(max(position) + 1, 0) FROM log_entries) THEN
    RAISE EXCEPTION 'ordertrail: %', TG_ARGV[0];
  END IF;
  RETURN NEW;
END$$;
CREATE FUNCTION ordertrail.guard_one_trail() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'ordertrail', 'pg_temp'
    AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM trail) THEN
    RAISE EXCEPTION 'ordertrail: %', TG_ARGV[0];
  END IF;
  RETURN NEW;
END$$;
CREATE FUNCTION ordertrail.guard_order() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'ordertrail', 'pg_temp'
    AS $$
BEGIN
  IF NEW.order_id <> OLD.order_id OR NEW.number <> OLD.number OR NEW.version <= OLD.version OR (
    (NEW.version, NEW.head) = (SELECT seq, digest FROM order_notes
      WHERE order_id = NEW.order_id ORDER BY seq DESC LIMIT 1)
  ) IS NOT TRUE THEN
    RAISE EXCEPTION 'ordertrail: %', TG_ARGV[0];
  END IF;
  RETURN NULL;
END$$;
CREATE FUNCTION ordertrail.guard_refuse() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'ordertrail', 'pg_temp'
    AS $$
BEGIN
  RAISE EXCEPTION 'ordertrail: %', TG_ARGV[0];
END$$;
CREATE FUNCTION ordertrail.remember(remembered jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'ordertrail', 'pg_temp'
    AS $$
BEGIN
  INSERT INTO idempotency SELECT order_id, actor_kind, actor_id, key, digest, first_seq, last_seq, recorded FROM jsonb_populate_record(NULL::idempotency, remembered);
END$$;
CREATE TABLE ordertrail.erasures (
    order_id text NOT NULL COLLATE pg_catalog."C",
    seq bigint NOT NULL,
    part text NOT NULL COLLATE pg_catalog."C",
    erased_by bigint NOT NULL
);
CREATE TABLE ordertrail.idempotency (
    order_id text NOT NULL COLLATE pg_catalog."C",
    actor_kind text NOT NULL COLLATE pg_catalog."C",
    actor_id text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    digest bytea,
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    recorded bigint NOT NULL
);
CREATE TABLE ordertrail.log_entries (
    "position" bigint NOT NULL,
    order_id text NOT NULL COLLATE pg_catalog."C",
    seq bigint NOT NULL,
    leaf bytea NOT NULL
);
CREATE TABLE ordertrail.log_head (
    id bigint NOT NULL,
    size bigint NOT NULL
);
CREATE TABLE ordertrail.log_pending (
    id bigint NOT NULL,
    order_id text NOT NULL COLLATE pg_catalog."C",
    seq bigint NOT NULL,
    leaf bytea NOT NULL
);
ALTER TABLE ordertrail.log_pending ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ordertrail.log_pending_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE ordertrail.order_notes (
    order_id text NOT NULL COLLATE pg_catalog."C",
    seq bigint NOT NULL,
    type text NOT NULL COLLATE pg_catalog."C",
    event text COLLATE pg_catalog."C",
    category text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    actor_kind text NOT NULL COLLATE pg_catalog."C",
    actor_id text NOT NULL COLLATE pg_catalog."C",
    on_behalf_of text COLLATE pg_catalog."C",
    subject text COLLATE pg_catalog."C",
    visibility text NOT NULL COLLATE pg_catalog."C",
    created bigint NOT NULL,
    recorded bigint NOT NULL,
    revises bigint,
    cause text COLLATE pg_catalog."C",
    content text NOT NULL COLLATE pg_catalog."C",
    personal text COLLATE pg_catalog."C",
    personal_salt bytea,
    actor text COLLATE pg_catalog."C",
    actor_salt bytea,
    commitments text NOT NULL COLLATE pg_catalog."C",
    digest bytea NOT NULL
);
CREATE SEQUENCE ordertrail.order_number
    START WITH 100001
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
CREATE TABLE ordertrail.order_numbers (
    number text NOT NULL COLLATE pg_catalog."C",
    order_id text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE ordertrail.orders (
    order_id text NOT NULL COLLATE pg_catalog."C",
    number text NOT NULL COLLATE pg_catalog."C",
    status text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    customer_id text COLLATE pg_catalog."C",
    customer_name text COLLATE pg_catalog."C",
    customer_email text COLLATE pg_catalog."C",
    market text NOT NULL COLLATE pg_catalog."C",
    currency text NOT NULL COLLATE pg_catalog."C",
    total bigint NOT NULL,
    balance bigint NOT NULL,
    placed bigint NOT NULL,
    held_since bigint,
    last_activity bigint NOT NULL,
    last_recorded bigint NOT NULL,
    version bigint NOT NULL,
    changed_seq bigint NOT NULL,
    head bytea NOT NULL,
    document text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE ordertrail.schema_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE ordertrail.trail (
    trail_id text NOT NULL COLLATE pg_catalog."C",
    created bigint NOT NULL
);
INSERT INTO ordertrail.erasures VALUES
	('a5e31f4f-c2f9-82ea-83e1-98ca28264a30', 1, 'personal', 4),
	('a5e31f4f-c2f9-82ea-83e1-98ca28264a30', 1, 'actor', 4),
	('a5e31f4f-c2f9-82ea-83e1-98ca28264a30', 2, 'personal', 4),
	('a5e31f4f-c2f9-82ea-83e1-98ca28264a30', 2, 'actor', 4),
	('a5e31f4f-c2f9-82ea-83e1-98ca28264a30', 3, 'personal', 4),
	('a5e31f4f-c2f9-82ea-83e1-98ca28264a30', 3, 'actor', 4);
INSERT INTO ordertrail.idempotency VALUES
	('9599316a-3beb-80ec-8ec3-c7bf8dc481d7', 'user', 'anna', 'first', '\xfdeb135152cf2fd881071fa6dbcf7739323e762c9a6deefcfdb14bc7f2ccb067', 1, 1, 1795637386222743),
	('9599316a-3beb-80ec-8ec3-c7bf8dc481d7', 'user', 'anna', 'second', '\x8c0501125d03fc375cb3bc216adc0ba48ce162fcc74127f2d51d4b9cdecc24ee', 2, 2, 1795637386224535),
	('a5e31f4f-c2f9-82ea-83e1-98ca28264a30', 'user', 'anna', 'third', NULL, 1, 1, 1795637386225375);
INSERT INTO ordertrail.log_head VALUES
	(1, 0);
INSERT INTO ordertrail.log_pending OVERRIDING SYSTEM VALUE VALUES
	(1, '01a21454-1be2-70ff-b735-26bfebd130e1', 1, '\x8490b91ad72b88ac07299a23d3ec6e07e5cbc657b4c710dcd965c9d1d1e3dac5'),
	(2, '01a21454-1be2-70ff-b735-26bfebd130e1', 2, '\xc79104bd6c46f774619897244d2247bf9d8027834296a27da0c35aa99354ffcb'),
	(3, '01a21454-1be2-70ff-b735-26bfebd130e1', 3, '\x37b1f7d09a818cf8429aeda2fddc70ef9047d360b9a5e277504c4ecd4604de5e'),
	(4, '01a21454-1be2-70ff-b735-26bfebd130e1', 4, '\xf9ef7eb71055b0e28a0ac7e8400349557df6c4afbc56e39d1c8bd372f25967f9'),
	(5, '01a21454-1be2-70ff-b735-26bfebd130e1', 5, '\xc324f181974bc0439a871009b0589a41acf94b2e295ed1863dcf9dd9fd58c533'),
	(6, '01a21454-1be2-70ff-b735-26bfebd130e1', 6, '\x8109dfbc5b78f014d7e7cb54bbfbd3cef9c7587dad1d8913dab4add7e1e65821'),
	(7, '01a21454-1be2-70ff-b735-26bfebd130e1', 7, '\x690b46fd917ee41f4989af5438e03fe3946803e744eb48924ee0ae1ed237f523'),
	(8, '9599316a-3beb-80ec-8ec3-c7bf8dc481d7', 1, '\xe56f714b0a1437a6d9707229ac8e2cb690a62f1b1137119f2fcb5fdfe85bcc7a'),
	(9, '9599316a-3beb-80ec-8ec3-c7bf8dc481d7', 2, '\x0ccad9947bc193ea7df07d3442f7ed30b6fc8c297b6a5a4256fa7ac0aa586b86'),
	(10, 'a5e31f4f-c2f9-82ea-83e1-98ca28264a30', 1, '\x8238ac5c79f834d577dc608e93e0ca610c0bcce8c8e331650559bb4da701dae4'),
	(11, 'a5e31f4f-c2f9-82ea-83e1-98ca28264a30', 2, '\x0e0ba027f341ca657e2bdac921097ba8ce78175b8dec8a07f6a430ff18ae230b'),
	(12, 'a5e31f4f-c2f9-82ea-83e1-98ca28264a30', 3, '\xb9dd2edd0de7934f0f23baaf570ff7fb709a41d064e910a9c7b7c915ff31b0b9'),
	(13, 'a5e31f4f-c2f9-82ea-83e1-98ca28264a30', 4, '\x8f77d9f4ee3d5d67f0a9b6dde78ae1b465e066597f4cb29e243a5f63d79ff65c'),
	(14, 'a5e31f4f-c2f9-82ea-83e1-98ca28264a30', 5, '\xbcb58442b4f6d16565b31bde53450542970d5a57121920cdf36598f0d7c16539'),
	(15, '01a21454-1bf8-79a5-ad0d-db91f1afa827', 1, '\x0aa62b4a70db2d804df15062d05994a6822519ff71f7e4d0b677e909285996f1'),
	(16, '01a21454-1be2-70ff-b735-26bfebd130e1', 8, '\x7231dde46a3013294df380c047e67f90c09120ba19a352517a95b077b483db9b');
INSERT INTO ordertrail.order_notes VALUES
	('01a21454-1be2-70ff-b735-26bfebd130e1', 1, 'System', 'OrderGroupCreated', 'order', 'Order Management', 'user', 'anna', NULL, NULL, 'internal', 1795637386211070, 1795637386211070, NULL, NULL, '{"changes":[["/channel",null,"Order Management"],["/counters",null,{"line_item":1,"shipment":1}],["/currency",null,"USD"],["/customer",null,{"email":{"$personal":0},"id":"C1","name":{"$personal":1}}],["/id",null,"01a21454-1be2-70ff-b735-26bfebd130e1"],["/line_items",null,{"1":{"name":"Tent for two","quantity":"1","sku":"TENT-2","unit_price":"249.00"}}],["/market",null,"US"],["/number",null,"PO100001"],["/placed",null,"2026-11-25T20:09:46.211070Z"],["/shipments",null,{"1":{"method":"Ground","quantities":{"1":"1"},"status":"InventoryAssigned"}}],["/status",null,"InProgress"],["/totals",null,{"authorized":"0.00","balance":"249.00","credited":"0.00","discount":"0.00","handling":"0.00","paid":"0.00","refunded":"0.00","shipping":"0.00","subtotal":"249.00","tax":"0.00","total":"249.00"}]],"operation":"place_order","title":"Order PO100001 placed","to":"InProgress"}', '["mercy@example.com","Mercy Taylor"]', '\x125f995b6e78d99e99aa50e140a1a0ee', '{"label":"anna"}', '\x69e3ffd18bef56a6718f1ee41b06c0bb', '["6cc382959086669a6ea5b885c1e482f5d324b50cbc3a61783d9d94e14a2baebf","5e9da4e0a045950444f1c9d67c6bcb0125dfb52e4e8929f444391b3d40b95e96"]', '\x8af704689d43d5d569c93a505dca83c54997ae420302c3fe50c3507105622518'),
	('01a21454-1be2-70ff-b735-26bfebd130e1', 2, 'Custom', NULL, 'note', 'Order Management', 'user', 'anna', NULL, NULL, 'internal', 1795637386214398, 1795637386214398, NULL, NULL, '{"data":{"detail":{"$personal":1},"title":{"$personal":0}},"operation":"add_note"}', '["Called","Flat 12, not 21 — 🎁"]', '\x58888781def086ce9bd2765da89b2f63', '{"label":"anna"}', '\xe4c33cfc9eccbd8427c201bc9480232f', '["397595e68773eaa81c07c61797d681ad4b7df0ae66c8a0cbb1cca3b813bee31a","f99d3d21908b502ab27774ac86dc2e2790382d2247c1389b9b70496e20a64d06"]', '\x43dccdd16b6997db693907d801712f82dcb9cca39986e2a0328407cfa9d6cf4f'),
	('01a21454-1be2-70ff-b735-26bfebd130e1', 3, 'System', 'OrderGroupOnHold', 'order', 'Order Management', 'user', 'anna', NULL, NULL, 'internal', 1795637386215618, 1795637386215618, NULL, NULL, '{"changes":[["/counters/hold",null,1],["/holds",null,{"1":{"by":"anna","reason":{"code":"other","comment":{"$personal":0},"label":"Other"},"since":"2026-11-25T20:09:46.215618Z"}}],["/status","InProgress","OnHold"]],"data":{"hold":"1","reason":{"code":"other","comment":{"$personal":1},"label":"Other"}},"from":"InProgress","operation":"hold_order","title":"Order put on hold: Other","to":"OnHold"}', '["address looks wrong","address looks wrong"]', '\xe9bdade752edbebcb92db659cb25321f', '{"label":"anna"}', '\xbe6906c2a54a15ac1da9670973a50360', '["0c356bbef062ce6b64698aceb18a392a8331141001ffe207a1b547a54e4fe86d","593f81239a1fa301f0a30923122c1e954555296fee8a4e233f2021ec97fe215f"]', '\x3ffe4e1626c874e2137c78516396dc2fb1b0502fdc7c4b99b25d1db3aba2c4bf'),
	('01a21454-1be2-70ff-b735-26bfebd130e1', 4, 'System', 'NoteUpdated', 'note', 'Order Management', 'user', 'anna', NULL, 'note/2', 'internal', 1795637386216643, 1795637386216643, 2, NULL, '{"data":{"detail":{"$personal":1},"title":{"$personal":0},"visibility":"internal"},"operation":"edit_note","title":"Note 2 edited"}', '["Called","Flat 13."]', '\x6804f2b258d9734bf96bd24ff6d13f15', '{"label":"anna"}', '\xca3153f9972a75acfcee348b057c207d', '["4b21b4297d43dd446b7d7845384b00ce8476310892478da1c2177058d425c332","282045be9d31a31be06b67e062b5877c6e9779ce6ba0fa29bdb8915fe59ddc79"]', '\x392fe6df5508ba8220262222f3f637b5ce78891baea05af86ab94a62018eef55'),
	('01a21454-1be2-70ff-b735-26bfebd130e1', 5, 'System', 'OrderGroupInProgress', 'order', 'Order Management', 'user', 'anna', NULL, NULL, 'internal', 1795637386219941, 1795637386219941, NULL, NULL, '{"changes":[["/holds",{"1":{"by":"anna","reason":{"code":"other","comment":{"$personal":0},"label":"Other"},"since":"2026-11-25T20:09:46.215618Z"}},null],["/status","OnHold","InProgress"]],"data":{"hold":"1","reason":{"code":"other","comment":{"$personal":1},"label":"Other"}},"from":"OnHold","operation":"release_hold","title":"Order in progress","to":"InProgress"}', '["address looks wrong","address looks wrong"]', '\xab12b5a367463d0c21c11d0ac71da5b1', '{"label":"anna"}', '\x49cdd0064fa60bbfb259ea9f9865d399', '["82f90508044fca6a3684cb3cf67a9dd29ca1914e7b339bf009bd7c6c802ed412","142e972fd719535d462a32efb463bb9bfe6ba5029d494be49ea9f5511e157316"]', '\x7e2d8b49fcab2a9626084c53aec8f0340f86622c481e445f1d064d1ddd0aaac8'),
	('01a21454-1be2-70ff-b735-26bfebd130e1', 6, 'System', 'AttributeChanged', 'order', 'Order Management', 'user', 'anna', NULL, NULL, 'internal', 1795637386220834, 1795637386220834, NULL, NULL, '{"changes":[["/attributes",null,{"gift":{"$personal":0}}]],"operation":"set_attribute","title":"Attribute gift set"}', '["yes"]', '\x63f6791f5f6e4384dc63c42583bd39a0', '{"label":"anna"}', '\x9ed0931590d28a02a71ce007163a2417', '["8280e3d7f711dd71746f5f7129e439b540226bd5d95370e64ab1dc2f8119c576","d68b0eeb0559ff15bf9aa9c0b37fb423bc8d987fb2df14479d56ee42a3883773"]', '\x2df9868ed98e31f1b8c28379db11ba7f56392e0ad36f15c2eaf7e47c3cd68814'),
	('01a21454-1be2-70ff-b735-26bfebd130e1', 7, 'System', 'AttributeChanged', 'order', 'Order Management', 'user', 'anna', NULL, NULL, 'internal', 1795637386221638, 1795637386221638, NULL, NULL, '{"changes":[["/attributes/gift",{"$personal":0},{"$personal":1}]],"operation":"set_attribute","title":"Attribute gift set"}', '["yes","no"]', '\x6e3f44a1c66230ca12dea3b5a1eff384', '{"label":"anna"}', '\xbbf9434b739ac0d68766121573b43683', '["6e46c85ad44e1df315c8122e14b24e6c38a8bc39f1423fd8fa649b05a5fd2e70","aa160fb162bc968dee1f51b24daf1bd3ecf838ee31ddb6e7fb91aee32fc8207b"]', '\x438667765a423a0a6982a46d32075d050c37621d2c216815dbc2c95683485ff3'),
	('9599316a-3beb-80ec-8ec3-c7bf8dc481d7', 1, 'System', 'OrderGroupCreated', 'order', 'Order Management', 'user', 'anna', NULL, NULL, 'internal', 1795637386222743, 1795637386222743, NULL, NULL, '{"changes":[["/channel",null,"Order Management"],["/counters",null,{"line_item":1,"shipment":1}],["/currency",null,"USD"],["/customer",null,{"email":{"$personal":0},"id":"C1","name":{"$personal":1}}],["/id",null,"9599316a-3beb-80ec-8ec3-c7bf8dc481d7"],["/line_items",null,{"1":{"name":"Tent for two","quantity":"1","sku":"TENT-2","unit_price":"249.00"}}],["/market",null,"US"],["/number",null,"PO100002"],["/placed",null,"2026-11-25T20:09:46.222743Z"],["/shipments",null,{"1":{"method":"Ground","quantities":{"1":"1"},"status":"InventoryAssigned"}}],["/status",null,"InProgress"],["/totals",null,{"authorized":"0.00","balance":"249.00","credited":"0.00","discount":"0.00","handling":"0.00","paid":"0.00","refunded":"0.00","shipping":"0.00","subtotal":"249.00","tax":"0.00","total":"249.00"}]],"operation":"place_order","title":"Order PO100002 placed","to":"InProgress"}', '["mercy@example.com","Bo Li"]', '\xafa73d28f9d2c796c88bffd4cb49673d', '{"label":"anna"}', '\x18713ec86b3f916d7a5ba8ed38f0df2a', '["7ad9c08b676063b4dbbc67bee2175f3539fa3c6b27064d625d92eb424d4690eb","f61ecc0b57a587b2730457570e134c7aa7a00961dcff6c0ceffde8d1b3fc7065"]', '\x53479a88a4f62db43ae612249b6f3b6acd193e675f9c34d39b4e4ca33b88688d'),
	('9599316a-3beb-80ec-8ec3-c7bf8dc481d7', 2, 'System', 'ReferenceAdded', 'order', 'Order Management', 'user', 'anna', NULL, NULL, 'internal', 1795637386224535, 1795637386224535, NULL, NULL, '{"changes":[["/references",null,{"erp":"4711"}]],"operation":"add_reference","title":"Reference erp added: 4711"}', NULL, NULL, '{"label":"anna"}', '\x5c317c12c37278247fcf85f96b718fe4', '[null,"4bef51a8eb675e021742e88c0e1747709366f39cdcd780ee219269b2f3a33dca"]', '\xdcc7da8e2e4a64453938f52fb5465d5d9dee1e0b02dbfcff964fc44e594a16ca'),
	('a5e31f4f-c2f9-82ea-83e1-98ca28264a30', 4, 'System', 'PersonalDataErased', 'system', 'Order Management', 'user', 'anna', NULL, NULL, 'internal', 1795637386227775, 1795637386227775, NULL, NULL, '{"changes":[["/customer/name",{"$erased":true},null]],"data":{"erased":{"actor":[1,2,3],"personal":[1,2,3]},"reason":{"code":"erasure-request","label":"Wish to be forgotten"}},"operation":"erase_personal_data","title":"Personal data erased: Wish to be forgotten"}', NULL, NULL, '{"label":"anna"}', '\x0da67f41747813cf54d11a1aa47f1c92', '[null,"cf8f7f49bc5c73bb2bf979c57408af723eb410d5770bd0219f315f6a06a92ad9"]', '\x47d75d90797f5a05ec9fbadb3badc031e15cf822142adbce3c32c1288e12c025'),
	('01a21454-1be2-70ff-b735-26bfebd130e1', 8, 'Custom', NULL, 'note', 'Order Management', 'user', 'anna', NULL, NULL, 'internal', 1795637386233298, 1795637386233298, NULL, NULL, '{"data":{"detail":{"$personal":1},"title":{"$personal":0}},"operation":"add_note"}', '["The last of all",""]', '\xfef2d798648981ff8b53671429273fc3', '{"label":"anna"}', '\x5f273da21fefb2989771a97f681e1225', '["86e178cd826e13e5332fee4a46c07d55b662cb4b99537b1360200953dfff96f6","4c4f7a10f0bca3d09267819addbbad0e978863784ffa4aff164c5890009d8452"]', '\xa615eec483561d3e72b85316f6f93176810b4e3c51e51fbe1eafcffa0c5c038f'),
	('a5e31f4f-c2f9-82ea-83e1-98ca28264a30', 1, 'System', 'OrderGroupCreated', 'order', 'Order Management', 'user', 'anna', NULL, NULL, 'internal', 1795637386225375, 1795637386225375, NULL, NULL, '{"changes":[["/channel",null,"Order Management"],["/counters",null,{"line_item":1,"shipment":1}],["/currency",null,"USD"],["/customer",null,{"email":{"$personal":0},"id":"C1","name":{"$personal":1}}],["/id",null,"a5e31f4f-c2f9-82ea-83e1-98ca28264a30"],["/line_items",null,{"1":{"name":"Tent for two","quantity":"1","sku":"TENT-2","unit_price":"249.00"}}],["/market",null,"US"],["/number",null,"PO100003"],["/placed",null,"2026-11-25T20:09:46.225375Z"],["/shipments",null,{"1":{"method":"Ground","quantities":{"1":"1"},"status":"InventoryAssigned"}}],["/status",null,"InProgress"],["/totals",null,{"authorized":"0.00","balance":"249.00","credited":"0.00","discount":"0.00","handling":"0.00","paid":"0.00","refunded":"0.00","shipping":"0.00","subtotal":"249.00","tax":"0.00","total":"249.00"}]],"operation":"place_order","title":"Order PO100003 placed","to":"InProgress"}', NULL, NULL, NULL, NULL, '["9f3b9a6c6373761df5a44bf4efc322a251cc0da94f4de0799d67cf660f4a9a80","81c3bd40895d3e4f1e494fe06ad6d21d23ed69e19908f2a682cee58c37fd5ed8"]', '\x5d4e09b92d60090b5aa3260853289eaa2c53dbd2df362ad0c5a5e682120d4707'),
	('a5e31f4f-c2f9-82ea-83e1-98ca28264a30', 2, 'Custom', NULL, 'note', 'Order Management', 'user', 'anna', NULL, NULL, 'internal', 1795637386226534, 1795637386226534, NULL, NULL, '{"data":{"detail":{"$personal":1},"title":{"$personal":0}},"operation":"add_note"}', NULL, NULL, NULL, NULL, '["5660a0ad9cdf2d17b03de10e42ef78a8efc91f9d926d04a09a93bd7e7737769d","b0716feaa6e7fb9b0658e2392bc7b28c3f2a21c83daf9e1760c735a85a6008d6"]', '\x04f0e685742422fd2f80e2d54055335f6274b43787a2c2df29be5d63a88c3a69'),
	('a5e31f4f-c2f9-82ea-83e1-98ca28264a30', 3, 'System', 'CustomerChanged', 'order', 'Order Management', 'user', 'anna', NULL, NULL, 'internal', 1795637386227138, 1795637386227138, NULL, NULL, '{"changes":[["/customer/email",{"$personal":0},null],["/customer/id","C1","C9"],["/customer/name",{"$personal":1},{"$personal":2}]],"operation":"change_customer","title":"Customer changed"}', NULL, NULL, NULL, NULL, '["4493163185d32891ca08e614931352956d81228723a791641ca5912a7b33c177","5150e325b352344d97dc820f9f7923e871f96a7da765e91a3be8ef5c8cda8324"]', '\x79c2e48e26c08d63e483f9211d9cfa30ca1ba0199dbde23d872854eb9d696c2c'),
	('a5e31f4f-c2f9-82ea-83e1-98ca28264a30', 5, 'Custom', NULL, 'note', 'Order Management', 'user', 'anna', NULL, NULL, 'internal', 1795637386231694, 1795637386231694, NULL, NULL, '{"data":{"detail":{"$personal":1},"title":{"$personal":0}},"operation":"add_note"}', '["Done",""]', '\x4a0b51cfda9a7fda20e8de5e180d3852', '{"label":"anna"}', '\xa0ad5c5475f152bfb3d1475b5759a355', '["8bcd4748c2803de0c7fc53c5cfe5b5a9c48726aa70d39d828d448b491ee1efb8","fbe792d0f2085f1aa83447638db3713fc678673cc3042fd24012feff7e42be9d"]', '\xb343673546316f116e046635361fd1a68e82afc2a15f1b16f9917d7c482ce883'),
	('01a21454-1bf8-79a5-ad0d-db91f1afa827', 1, 'System', 'OrderGroupCreated', 'order', 'Order Management', 'user', 'anna', NULL, NULL, 'internal', 1795637386232272, 1795637386232272, NULL, NULL, '{"changes":[["/channel",null,"Order Management"],["/currency",null,"USD"],["/id",null,"01a21454-1bf8-79a5-ad0d-db91f1afa827"],["/market",null,"US"],["/number",null,"PO100004"],["/placed",null,"2026-11-25T20:09:46.232272Z"],["/status",null,"InProgress"],["/totals",null,{"authorized":"0.00","balance":"0.00","credited":"0.00","discount":"0.00","handling":"0.00","paid":"0.00","refunded":"0.00","shipping":"0.00","subtotal":"0.00","tax":"0.00","total":"0.00"}]],"operation":"place_order","title":"Order PO100004 placed","to":"InProgress"}', NULL, NULL, '{"label":"anna"}', '\xdfc65b8f34385b0ab4067a5cb84e630e', '[null,"291b2c34ecb621313dd08b3663096e124a59de93fa18f2c79bfd8de49de20f02"]', '\xadc1ae7c68c578d64c63f9c8f09fa2dd53db42a4b015637207700940391571d1');
INSERT INTO ordertrail.order_numbers VALUES
	('PO100001', '01a21454-1be2-70ff-b735-26bfebd130e1'),
	('PO100002', '9599316a-3beb-80ec-8ec3-c7bf8dc481d7'),
	('PO100003', 'a5e31f4f-c2f9-82ea-83e1-98ca28264a30'),
	('PO100004', '01a21454-1bf8-79a5-ad0d-db91f1afa827');
INSERT INTO ordertrail.orders VALUES
	('9599316a-3beb-80ec-8ec3-c7bf8dc481d7', 'PO100002', 'InProgress', 'Order Management', 'C1', 'Bo Li', 'mercy@example.com', 'US', 'USD', 24900, 24900, 1795637386222743, NULL, 1795637386224535, 1795637386224535, 2, 2, '\xdcc7da8e2e4a64453938f52fb5465d5d9dee1e0b02dbfcff964fc44e594a16ca', '{"channel":"Order Management","counters":{"line_item":1,"shipment":1},"currency":"USD","customer":{"email":"mercy@example.com","id":"C1","name":"Bo Li"},"id":"9599316a-3beb-80ec-8ec3-c7bf8dc481d7","line_items":{"1":{"name":"Tent for two","quantity":"1","sku":"TENT-2","unit_price":"249.00"}},"market":"US","number":"PO100002","placed":"2026-11-25T20:09:46.222743Z","references":{"erp":"4711"},"shipments":{"1":{"method":"Ground","quantities":{"1":"1"},"status":"InventoryAssigned"}},"status":"InProgress","totals":{"authorized":"0.00","balance":"249.00","credited":"0.00","discount":"0.00","handling":"0.00","paid":"0.00","refunded":"0.00","shipping":"0.00","subtotal":"249.00","tax":"0.00","total":"249.00"}}'),
	('a5e31f4f-c2f9-82ea-83e1-98ca28264a30', 'PO100003', 'InProgress', 'Order Management', 'C9', NULL, NULL, 'US', 'USD', 24900, 24900, 1795637386225375, NULL, 1795637386231694, 1795637386231694, 5, 4, '\xb343673546316f116e046635361fd1a68e82afc2a15f1b16f9917d7c482ce883', '{"channel":"Order Management","counters":{"line_item":1,"shipment":1},"currency":"USD","customer":{"id":"C9"},"id":"a5e31f4f-c2f9-82ea-83e1-98ca28264a30","line_items":{"1":{"name":"Tent for two","quantity":"1","sku":"TENT-2","unit_price":"249.00"}},"market":"US","number":"PO100003","placed":"2026-11-25T20:09:46.225375Z","shipments":{"1":{"method":"Ground","quantities":{"1":"1"},"status":"InventoryAssigned"}},"status":"InProgress","totals":{"authorized":"0.00","balance":"249.00","credited":"0.00","discount":"0.00","handling":"0.00","paid":"0.00","refunded":"0.00","shipping":"0.00","subtotal":"249.00","tax":"0.00","total":"249.00"}}'),
	('01a21454-1bf8-79a5-ad0d-db91f1afa827', 'PO100004', 'InProgress', 'Order Management', NULL, NULL, NULL, 'US', 'USD', 0, 0, 1795637386232272, NULL, 1795637386232272, 1795637386232272, 1, 1, '\xadc1ae7c68c578d64c63f9c8f09fa2dd53db42a4b015637207700940391571d1', '{"channel":"Order Management","currency":"USD","id":"01a21454-1bf8-79a5-ad0d-db91f1afa827","market":"US","number":"PO100004","placed":"2026-11-25T20:09:46.232272Z","status":"InProgress","totals":{"authorized":"0.00","balance":"0.00","credited":"0.00","discount":"0.00","handling":"0.00","paid":"0.00","refunded":"0.00","shipping":"0.00","subtotal":"0.00","tax":"0.00","total":"0.00"}}'),
	('01a21454-1be2-70ff-b735-26bfebd130e1', 'PO100001', 'InProgress', 'Order Management', 'C1', 'Mercy Taylor', 'mercy@example.com', 'US', 'USD', 24900, 24900, 1795637386211070, NULL, 1795637386233298, 1795637386233298, 8, 7, '\xa615eec483561d3e72b85316f6f93176810b4e3c51e51fbe1eafcffa0c5c038f', '{"attributes":{"gift":"no"},"channel":"Order Management","counters":{"hold":1,"line_item":1,"shipment":1},"currency":"USD","customer":{"email":"mercy@example.com","id":"C1","name":"Mercy Taylor"},"id":"01a21454-1be2-70ff-b735-26bfebd130e1","line_items":{"1":{"name":"Tent for two","quantity":"1","sku":"TENT-2","unit_price":"249.00"}},"market":"US","number":"PO100001","placed":"2026-11-25T20:09:46.211070Z","shipments":{"1":{"method":"Ground","quantities":{"1":"1"},"status":"InventoryAssigned"}},"status":"InProgress","totals":{"authorized":"0.00","balance":"249.00","credited":"0.00","discount":"0.00","handling":"0.00","paid":"0.00","refunded":"0.00","shipping":"0.00","subtotal":"249.00","tax":"0.00","total":"249.00"}}');
INSERT INTO ordertrail.schema_version VALUES
	('0001');
INSERT INTO ordertrail.trail VALUES
	('3bf1acd7-35aa-40ac-83ec-9c5eabdaa7e3', 1795637386200476);
SELECT pg_catalog.setval('ordertrail.log_pending_id_seq', 16, true);
SELECT pg_catalog.setval('ordertrail.order_number', 100004, true);
ALTER TABLE ONLY ordertrail.erasures
    ADD CONSTRAINT erasures_pkey PRIMARY KEY (order_id, seq, part);
ALTER TABLE ONLY ordertrail.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (order_id, actor_kind, actor_id, key);
ALTER TABLE ONLY ordertrail.log_entries
    ADD CONSTRAINT log_entries_entry UNIQUE (order_id, seq);
ALTER TABLE ONLY ordertrail.log_entries
    ADD CONSTRAINT log_entries_pkey PRIMARY KEY ("position");
ALTER TABLE ONLY ordertrail.log_head
    ADD CONSTRAINT log_head_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ordertrail.log_pending
    ADD CONSTRAINT log_pending_pkey PRIMARY KEY (id);
ALTER TABLE ONLY ordertrail.order_notes
    ADD CONSTRAINT order_notes_pkey PRIMARY KEY (order_id, seq);
ALTER TABLE ONLY ordertrail.order_numbers
    ADD CONSTRAINT order_numbers_pkey PRIMARY KEY (number);
ALTER TABLE ONLY ordertrail.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (order_id);
ALTER TABLE ONLY ordertrail.schema_version
    ADD CONSTRAINT schema_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY ordertrail.trail
    ADD CONSTRAINT trail_pkey PRIMARY KEY (trail_id);
CREATE INDEX order_notes_by_revises ON ordertrail.order_notes USING btree (order_id, revises, seq) WHERE (revises IS NOT NULL);
CREATE INDEX orders_by_customer_email ON ordertrail.orders USING btree (customer_email) WHERE (customer_email IS NOT NULL);
CREATE INDEX orders_by_customer_id ON ordertrail.orders USING btree (customer_id) WHERE (customer_id IS NOT NULL);
CREATE INDEX orders_by_held_since ON ordertrail.orders USING btree (held_since) WHERE (held_since IS NOT NULL);
CREATE INDEX orders_by_last_activity ON ordertrail.orders USING btree (last_activity);
CREATE INDEX orders_by_market ON ordertrail.orders USING btree (market, placed);
CREATE INDEX orders_by_placed ON ordertrail.orders USING btree (placed);
CREATE INDEX orders_by_status ON ordertrail.orders USING btree (status, placed);
CREATE TRIGGER ordertrail_delete BEFORE DELETE ON ordertrail.erasures FOR EACH ROW EXECUTE FUNCTION ordertrail.guard_refuse('an erasure is listed once, after the entry that records it');
ALTER TABLE ordertrail.erasures ENABLE ALWAYS TRIGGER ordertrail_delete;
CREATE TRIGGER ordertrail_delete BEFORE DELETE ON ordertrail.log_entries FOR EACH ROW EXECUTE FUNCTION ordertrail.guard_refuse('the log is append-only');
ALTER TABLE ordertrail.log_entries ENABLE ALWAYS TRIGGER ordertrail_delete;
CREATE TRIGGER ordertrail_delete BEFORE DELETE ON ordertrail.log_head FOR EACH ROW EXECUTE FUNCTION ordertrail.guard_refuse('the size of the log is the number of its entries');
ALTER TABLE ordertrail.log_head ENABLE ALWAYS TRIGGER ordertrail_delete;
CREATE TRIGGER ordertrail_delete BEFORE DELETE ON ordertrail.order_notes FOR EACH ROW EXECUTE FUNCTION ordertrail.guard_refuse('entries are append-only');
ALTER TABLE ordertrail.order_notes ENABLE ALWAYS TRIGGER ordertrail_delete;
CREATE TRIGGER ordertrail_delete BEFORE DELETE ON ordertrail.order_numbers FOR EACH ROW EXECUTE FUNCTION ordertrail.guard_refuse('order numbers are never reassigned');
ALTER TABLE ordertrail.order_numbers ENABLE ALWAYS TRIGGER ordertrail_delete;
CREATE TRIGGER ordertrail_delete BEFORE DELETE ON ordertrail.orders FOR EACH ROW EXECUTE FUNCTION ordertrail.guard_refuse('an order changes only with its next entry, and stays');
ALTER TABLE ordertrail.orders ENABLE ALWAYS TRIGGER ordertrail_delete;
CREATE TRIGGER ordertrail_delete BEFORE DELETE ON ordertrail.trail FOR EACH ROW EXECUTE FUNCTION ordertrail.guard_refuse('a database holds one trail');
ALTER TABLE ordertrail.trail ENABLE ALWAYS TRIGGER ordertrail_delete;
CREATE TRIGGER ordertrail_insert BEFORE INSERT ON ordertrail.erasures FOR EACH ROW EXECUTE FUNCTION ordertrail.guard_erasure('an erasure is listed once, after the entry that records it');
ALTER TABLE ordertrail.erasures ENABLE ALWAYS TRIGGER ordertrail_insert;
CREATE TRIGGER ordertrail_insert BEFORE INSERT ON ordertrail.log_entries FOR EACH ROW EXECUTE FUNCTION ordertrail.guard_next_position('the log is append-only');
ALTER TABLE ordertrail.log_entries ENABLE ALWAYS TRIGGER ordertrail_insert;
CREATE TRIGGER ordertrail_insert BEFORE INSERT ON ordertrail.log_head FOR EACH ROW EXECUTE FUNCTION ordertrail.guard_log_size('the size of the log is the number of its entries');
ALTER TABLE ordertrail.log_head ENABLE ALWAYS TRIGGER ordertrail_insert;
CREATE TRIGGER ordertrail_insert BEFORE INSERT ON ordertrail.order_notes FOR EACH ROW EXECUTE FUNCTION ordertrail.guard_next_entry('entries are append-only');
ALTER TABLE ordertrail.order_notes ENABLE ALWAYS TRIGGER ordertrail_insert;
CREATE TRIGGER ordertrail_insert AFTER INSERT ON ordertrail.orders FOR EACH ROW EXECUTE FUNCTION ordertrail.guard_order('an order changes only with its next entry, and stays');
ALTER TABLE ordertrail.orders ENABLE ALWAYS TRIGGER ordertrail_insert;
CREATE TRIGGER ordertrail_insert BEFORE INSERT ON ordertrail.trail FOR EACH ROW EXECUTE FUNCTION ordertrail.guard_one_trail('a database holds one trail');
ALTER TABLE ordertrail.trail ENABLE ALWAYS TRIGGER ordertrail_insert;
CREATE TRIGGER ordertrail_truncate BEFORE TRUNCATE ON ordertrail.erasures FOR EACH STATEMENT EXECUTE FUNCTION ordertrail.guard_refuse('an erasure is listed once, after the entry that records it');
ALTER TABLE ordertrail.erasures ENABLE ALWAYS TRIGGER ordertrail_truncate;
CREATE TRIGGER ordertrail_truncate BEFORE TRUNCATE ON ordertrail.log_entries FOR EACH STATEMENT EXECUTE FUNCTION ordertrail.guard_refuse('the log is append-only');
ALTER TABLE ordertrail.log_entries ENABLE ALWAYS TRIGGER ordertrail_truncate;
CREATE TRIGGER ordertrail_truncate BEFORE TRUNCATE ON ordertrail.log_head FOR EACH STATEMENT EXECUTE FUNCTION ordertrail.guard_refuse('the size of the log is the number of its entries');
ALTER TABLE ordertrail.log_head ENABLE ALWAYS TRIGGER ordertrail_truncate;
CREATE TRIGGER ordertrail_truncate BEFORE TRUNCATE ON ordertrail.order_notes FOR EACH STATEMENT EXECUTE FUNCTION ordertrail.guard_refuse('entries are append-only');
ALTER TABLE ordertrail.order_notes ENABLE ALWAYS TRIGGER ordertrail_truncate;
CREATE TRIGGER ordertrail_truncate BEFORE TRUNCATE ON ordertrail.order_numbers FOR EACH STATEMENT EXECUTE FUNCTION ordertrail.guard_refuse('order numbers are never reassigned');
ALTER TABLE ordertrail.order_numbers ENABLE ALWAYS TRIGGER ordertrail_truncate;
CREATE TRIGGER ordertrail_truncate BEFORE TRUNCATE ON ordertrail.orders FOR EACH STATEMENT EXECUTE FUNCTION ordertrail.guard_refuse('an order changes only with its next entry, and stays');
ALTER TABLE ordertrail.orders ENABLE ALWAYS TRIGGER ordertrail_truncate;
CREATE TRIGGER ordertrail_truncate BEFORE TRUNCATE ON ordertrail.trail FOR EACH STATEMENT EXECUTE FUNCTION ordertrail.guard_refuse('a database holds one trail');
ALTER TABLE ordertrail.trail ENABLE ALWAYS TRIGGER ordertrail_truncate;
CREATE TRIGGER ordertrail_update BEFORE UPDATE ON ordertrail.erasures FOR EACH ROW EXECUTE FUNCTION ordertrail.guard_refuse('an erasure is listed once, after the entry that records it');
ALTER TABLE ordertrail.erasures ENABLE ALWAYS TRIGGER ordertrail_update;
CREATE TRIGGER ordertrail_update BEFORE UPDATE ON ordertrail.log_entries FOR EACH ROW EXECUTE FUNCTION ordertrail.guard_refuse('the log is append-only');
ALTER TABLE ordertrail.log_entries ENABLE ALWAYS TRIGGER ordertrail_update;
CREATE TRIGGER ordertrail_update BEFORE UPDATE ON ordertrail.log_head FOR EACH ROW EXECUTE FUNCTION ordertrail.guard_log_size('the size of the log is the number of its entries');
ALTER TABLE ordertrail.log_head ENABLE ALWAYS TRIGGER ordertrail_update;
CREATE TRIGGER ordertrail_update BEFORE UPDATE ON ordertrail.order_notes FOR EACH ROW EXECUTE FUNCTION ordertrail.guard_entry_update('entries are append-only');
ALTER TABLE ordertrail.order_notes ENABLE ALWAYS TRIGGER ordertrail_update;
CREATE TRIGGER ordertrail_update BEFORE UPDATE ON ordertrail.order_numbers FOR EACH ROW EXECUTE FUNCTION ordertrail.guard_refuse('order numbers are never reassigned');
ALTER TABLE ordertrail.order_numbers ENABLE ALWAYS TRIGGER ordertrail_update;
CREATE TRIGGER ordertrail_update AFTER UPDATE ON ordertrail.orders FOR EACH ROW EXECUTE FUNCTION ordertrail.guard_order('an order changes only with its next entry, and stays');
ALTER TABLE ordertrail.orders ENABLE ALWAYS TRIGGER ordertrail_update;
CREATE TRIGGER ordertrail_update BEFORE UPDATE ON ordertrail.trail FOR EACH ROW EXECUTE FUNCTION ordertrail.guard_refuse('a database holds one trail');
ALTER TABLE ordertrail.trail ENABLE ALWAYS TRIGGER ordertrail_update;
REVOKE ALL ON FUNCTION ordertrail.append(change jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ordertrail.draw_number() FROM PUBLIC;
REVOKE ALL ON FUNCTION ordertrail.erase(parts jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION ordertrail.guard_entry_update() FROM PUBLIC;
REVOKE ALL ON FUNCTION ordertrail.guard_erasure() FROM PUBLIC;
REVOKE ALL ON FUNCTION ordertrail.guard_log_size() FROM PUBLIC;
REVOKE ALL ON FUNCTION ordertrail.guard_next_entry() FROM PUBLIC;
REVOKE ALL ON FUNCTION ordertrail.guard_next_position() FROM PUBLIC;
REVOKE ALL ON FUNCTION ordertrail.guard_one_trail() FROM PUBLIC;
REVOKE ALL ON FUNCTION ordertrail.guard_order() FROM PUBLIC;
REVOKE ALL ON FUNCTION ordertrail.guard_refuse() FROM PUBLIC;
REVOKE ALL ON FUNCTION ordertrail.remember(remembered jsonb) FROM PUBLIC;
