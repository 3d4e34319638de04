BEGIN TRANSACTION;
CREATE TABLE erasures (
	order_id TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	part TEXT NOT NULL, 
	erased_by INTEGER NOT NULL, 
	PRIMARY KEY (order_id, seq, part)
)
 STRICT

;
INSERT INTO "erasures" VALUES('a5e31f4f-c2f9-82ea-83e1-98ca28264a30',1,'personal',4);
INSERT INTO "erasures" VALUES('a5e31f4f-c2f9-82ea-83e1-98ca28264a30',1,'actor',4);
INSERT INTO "erasures" VALUES('a5e31f4f-c2f9-82ea-83e1-98ca28264a30',2,'personal',4);
INSERT INTO "erasures" VALUES('a5e31f4f-c2f9-82ea-83e1-98ca28264a30',2,'actor',4);
INSERT INTO "erasures" VALUES('a5e31f4f-c2f9-82ea-83e1-98ca28264a30',3,'personal',4);
INSERT INTO "erasures" VALUES('a5e31f4f-c2f9-82ea-83e1-98ca28264a30',3,'actor',4);
CREATE TABLE idempotency (
	order_id TEXT NOT NULL, 
	actor_kind TEXT NOT NULL, 
	actor_id TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	digest BLOB, 
	first_seq INTEGER NOT NULL, 
	last_seq INTEGER NOT NULL, 
	recorded INTEGER NOT NULL, 
	PRIMARY KEY (order_id, actor_kind, actor_id, "key")
)
 STRICT

;
INSERT INTO "idempotency" VALUES('9599316a-3beb-80ec-8ec3-c7bf8dc481d7','user','anna','first',X'FDEB135152CF2FD881071FA6DBCF7739323E762C9A6DEEFCFDB14BC7F2CCB067',1,1,1795637385533166);
INSERT INTO "idempotency" VALUES('9599316a-3beb-80ec-8ec3-c7bf8dc481d7','user','anna','second',X'8C0501125D03FC375CB3BC216ADC0BA48CE162FCC74127F2D51D4B9CDECC24EE',2,2,1795637385535274);
INSERT INTO "idempotency" VALUES('a5e31f4f-c2f9-82ea-83e1-98ca28264a30','user','anna','third',NULL,1,1,1795637385537126);
CREATE TABLE log_entries (
	position INTEGER NOT NULL, 
	order_id TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	leaf BLOB NOT NULL, 
	PRIMARY KEY (position), 
	CONSTRAINT log_entries_entry UNIQUE (order_id, seq)
)
 STRICT

;
INSERT INTO "log_entries" VALUES(0,'01a21454-192c-7520-8cce-a7870961f9bb',1,X'C9716E15643822C9CDCF9C2B92A5E6E23C4C5A40C05B9718D2D072A5CE1BC797');
INSERT INTO "log_entries" VALUES(1,'01a21454-192c-7520-8cce-a7870961f9bb',2,X'F822C58E14FBDEF7AB9AFCB2B5C55EE54AEC0B7507340E7777D908102E4E7DE1');
INSERT INTO "log_entries" VALUES(2,'01a21454-192c-7520-8cce-a7870961f9bb',3,X'2AAF5DC600D021EC01D777B3EE6A3CFC470AD9B7B562180C76CFB0047E350826');
INSERT INTO "log_entries" VALUES(3,'01a21454-192c-7520-8cce-a7870961f9bb',4,X'CF5D2AEB6E73B09FB550AB9F3F6A385518C7AF0A8F270D6B2F738B83DA18312B');
INSERT INTO "log_entries" VALUES(4,'01a21454-192c-7520-8cce-a7870961f9bb',5,X'5EED20A06A0FC0B941A36F951F734EC2E4F76638CC25F43CE099C97A855698B4');
INSERT INTO "log_entries" VALUES(5,'01a21454-192c-7520-8cce-a7870961f9bb',6,X'6882FB6C53B4BA95D20693202B63505A7CE55B486E87A03C2C655AD6689249EA');
INSERT INTO "log_entries" VALUES(6,'01a21454-192c-7520-8cce-a7870961f9bb',7,X'9AEC9D71A4433B73197C9E02195C385F6D0CC11BA1826061D7C1895CA3D31E60');
INSERT INTO "log_entries" VALUES(7,'9599316a-3beb-80ec-8ec3-c7bf8dc481d7',1,X'2847C7F42E7D62FA399F8BCEC15E8C057E83B116F639AC6DA423CA9790F81E9C');
INSERT INTO "log_entries" VALUES(8,'9599316a-3beb-80ec-8ec3-c7bf8dc481d7',2,X'7784DEEE49525046A720BA2C56CD4759550A6CD8A5BB5C475454B12B7037777C');
INSERT INTO "log_entries" VALUES(9,'a5e31f4f-c2f9-82ea-83e1-98ca28264a30',1,X'805D94587797D14E5CEB5D86C8BD75DEBFF5DEBCF8B65012D2E1BAC5369A5AA3');
INSERT INTO "log_entries" VALUES(10,'a5e31f4f-c2f9-82ea-83e1-98ca28264a30',2,X'68D25B2D77AB6CD28A2A6764710D2D1A7E0CE525D3487C296EFF92FF76810015');
INSERT INTO "log_entries" VALUES(11,'a5e31f4f-c2f9-82ea-83e1-98ca28264a30',3,X'532428B4761B06AEF29A932AF000D330E792552BE24459316391479F1176EBDA');
INSERT INTO "log_entries" VALUES(12,'a5e31f4f-c2f9-82ea-83e1-98ca28264a30',4,X'7711016A7B4E9254590A73F4E55EC13C36331A7F3E101FCC5289A77A99E4C59F');
INSERT INTO "log_entries" VALUES(13,'a5e31f4f-c2f9-82ea-83e1-98ca28264a30',5,X'CC54E86087C413C5D765158C3080A46FA9118F968A04891CE469799FBB7A769C');
INSERT INTO "log_entries" VALUES(14,'01a21454-1950-74a3-aa44-f3da60aa205a',1,X'828347AE2FF001E1C5C4A7988A98FB2679121038F1073001BC0060D9D8B5D5B0');
INSERT INTO "log_entries" VALUES(15,'01a21454-192c-7520-8cce-a7870961f9bb',8,X'C7CA50EFA0B6C42EDDC937628E02D6C694BA967B94119D6A0037E79C8BAEFCE9');
CREATE TABLE log_head (
	id INTEGER NOT NULL, 
	size INTEGER NOT NULL, 
	PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "log_head" VALUES(1,16);
CREATE TABLE order_counter (
	id INTEGER NOT NULL, 
	last INTEGER NOT NULL, 
	PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO "order_counter" VALUES(1,100004);
CREATE TABLE order_notes (
	order_id TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	type TEXT NOT NULL, 
	event TEXT, 
	category TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	actor_kind TEXT NOT NULL, 
	actor_id TEXT NOT NULL, 
	on_behalf_of TEXT, 
	subject TEXT, 
	visibility TEXT NOT NULL, 
	created INTEGER NOT NULL, 
	recorded INTEGER NOT NULL, 
	revises INTEGER, 
	cause TEXT, 
	content TEXT NOT NULL, 
	personal TEXT, 
	personal_salt BLOB, 
	actor TEXT, 
	actor_salt BLOB, 
	commitments TEXT NOT NULL, 
	digest BLOB NOT NULL, 
	PRIMARY KEY (order_id, seq)
)
 STRICT

;
INSERT INTO "order_notes" VALUES('01a21454-192c-7520-8cce-a7870961f9bb',1,'System','OrderGroupCreated','order','Order Management','user','anna',NULL,NULL,'internal',1795637385517530,1795637385517530,NULL,NULL,'{"changes":[["/channel",null,"Order Management"],["/counters",null,{"line_item":1,"shipment":1}],["/currency",null,"USD"],["/customer",null,{"email":{"$personal":0},"id":"C1","name":{"$personal":1}}],["/id",null,"01a21454-192c-7520-8cce-a7870961f9bb"],["/line_items",null,{"1":{"name":"Tent for two","quantity":"1","sku":"TENT-2","unit_price":"249.00"}}],["/market",null,"US"],["/number",null,"PO100001"],["/placed",null,"2026-11-25T20:09:45.517530Z"],["/shipments",null,{"1":{"method":"Ground","quantities":{"1":"1"},"status":"InventoryAssigned"}}],["/status",null,"InProgress"],["/totals",null,{"authorized":"0.00","balance":"249.00","credited":"0.00","discount":"0.00","handling":"0.00","paid":"0.00","refunded":"0.00","shipping":"0.00","subtotal":"249.00","tax":"0.00","total":"249.00"}]],"operation":"place_order","title":"Order PO100001 placed","to":"InProgress"}','["mercy@example.com","Mercy Taylor"]',X'7339797B3B2D502E9BE40B31DB5BC30B','{"label":"anna"}',X'E6A8F18EC695D3C1B009AF3E59481A09','["70ff3ded739f9f0f90a45c6c511d6113ff3130ed46597970b7f73eba5fada3dd","f2ff4a901f63d66540003f363f183dbda72a6edf1bac96cd9ad824ce187d2bbc"]',X'C49C06143F80B25152C43F92FBEE054BA745B9B2086A235EB56E798402B41C60');
INSERT INTO "order_notes" VALUES('01a21454-192c-7520-8cce-a7870961f9bb',2,'Custom',NULL,'note','Order Management','user','anna',NULL,NULL,'internal',1795637385520528,1795637385520528,NULL,NULL,'{"data":{"detail":{"$personal":1},"title":{"$personal":0}},"operation":"add_note"}','["Called","Flat 12, not 21 — 🎁"]',X'24FA678E5A33300FF2F00A952F5EBA8B','{"label":"anna"}',X'2B4FD823A2FCF2D349226955595780E9','["154cdcaa237d134f4be6f46f5e7b01facc858b1c5879c8e80d337b74712f4567","e099e9f1803802ce7baee907484b1308d33a444053046af585590b56b7c4c561"]',X'9DA57AF23733F92AB3637289FFDEF848145E17C36B5F74C2A96827C71BB6A7D6');
INSERT INTO "order_notes" VALUES('01a21454-192c-7520-8cce-a7870961f9bb',3,'System','OrderGroupOnHold','order','Order Management','user','anna',NULL,NULL,'internal',1795637385522403,1795637385522403,NULL,NULL,'{"changes":[["/counters/hold",null,1],["/holds",null,{"1":{"by":"anna","reason":{"code":"other","comment":{"$personal":0},"label":"Other"},"since":"2026-11-25T20:09:45.522403Z"}}],["/status","InProgress","OnHold"]],"data":{"hold":"1","reason":{"code":"other","comment":{"$personal":1},"label":"Other"}},"from":"InProgress","operation":"hold_order","title":"Order put on hold: Other","to":"OnHold"}','["address looks wrong","address looks wrong"]',X'E8CB657F69D1B9BBFE4C22D451FEBAA0','{"label":"anna"}',X'F2EEE0E4A565EBE17A6CAE3D68BBF27F','["e7c6e8ecc018c7014473b100c90e05a30cdc73312dd08454aab7691002a06366","0eb1ee3db300612f171575e9d6fc603eb2f71093361281de8ac341344d428536"]',X'679E4E6DA2FEA0BD44D92238CBFC03A3DE3872DA4A7047D5E963EDB92FC7DDBC');
INSERT INTO "order_notes" VALUES('01a21454-192c-7520-8cce-a7870961f9bb',4,'System','NoteUpdated','note','Order Management','user','anna',NULL,'note/2','internal',1795637385524395,1795637385524395,2,NULL,'{"data":{"detail":{"$personal":1},"title":{"$personal":0},"visibility":"internal"},"operation":"edit_note","title":"Note 2 edited"}','["Called","Flat 13."]',X'A379DE94641C79BC27C4B21A888E7720','{"label":"anna"}',X'FDB412147D3650008844BB543D1C1D92','["164a97db81d8ce9a4ab16dbdc6e120c3eb87548c5a49d773897ae2e855387232","ef72c1f6c83c27e10a9b602adb9e49d3fbf7b7551835d3ddc5fa7b1d2af2b54f"]',X'7352F99FC5F38C74270C326583CE41394B66B30A95A6CE2250B10ED27501C178');
INSERT INTO "order_notes" VALUES('01a21454-192c-7520-8cce-a7870961f9bb',5,'System','OrderGroupInProgress','order','Order Management','user','anna',NULL,NULL,'internal',1795637385527375,1795637385527375,NULL,NULL,'{"changes":[["/holds",{"1":{"by":"anna","reason":{"code":"other","comment":{"$personal":0},"label":"Other"},"since":"2026-11-25T20:09:45.522403Z"}},null],["/status","OnHold","InProgress"]],"data":{"hold":"1","reason":{"code":"other","comment":{"$personal":1},"label":"Other"}},"from":"OnHold","operation":"release_hold","title":"Order in progress","to":"InProgress"}','["address looks wrong","address looks wrong"]',X'D3DA8F229703D2134103D176D1B1EF49','{"label":"anna"}',X'29C5CF0DDEB09E645C043498052F7366','["afc26433efef3f79890db2d1cb6cccbdc00a15c4939966be3ef8d61343349730","aac82c5dc03b63877e25946148f5b088fa5c4c5f3f913c3b82c62f6ce18c35dc"]',X'1E5D9F7D16D1AF2897887B9C78E346A70BED7BD192528CC2841375E1B436A344');
INSERT INTO "order_notes" VALUES('01a21454-192c-7520-8cce-a7870961f9bb',6,'System','AttributeChanged','order','Order Management','user','anna',NULL,NULL,'internal',1795637385529216,1795637385529216,NULL,NULL,'{"changes":[["/attributes",null,{"gift":{"$personal":0}}]],"operation":"set_attribute","title":"Attribute gift set"}','["yes"]',X'33FCD8224222CA3096725CCD5012CD7A','{"label":"anna"}',X'CA2D6455909C6BEA71EBF94ED9204ACA','["8821a3181e0ecd0553c0f619ca5c3fe4d0b314279c166c00e492c30bed312773","e644952a731c9d55eb92f949e1e98e9edf99bcfd833907f45e1c4759f44740d0"]',X'FE19277609D922CAEEA99EFC6176406A73FA319521A85B3F04696D12B5A2677C');
INSERT INTO "order_notes" VALUES('01a21454-192c-7520-8cce-a7870961f9bb',7,'System','AttributeChanged','order','Order Management','user','anna',NULL,NULL,'internal',1795637385531306,1795637385531306,NULL,NULL,'{"changes":[["/attributes/gift",{"$personal":0},{"$personal":1}]],"operation":"set_attribute","title":"Attribute gift set"}','["yes","no"]',X'D7FF8256E9F1B62A7106B07D5E3B6674','{"label":"anna"}',X'996225CD4A2C19E106186A8CB1745FCF','["e6eb799863b63cd0ed71e455d8da297bb6d45ddd05b1d702a66a5c744ca0ba76","f662d9718eff62be6dfa317414eaf94239b89a214a06e8cf53dfd06e00e225aa"]',X'3F8DC77BBB81EC3C61263060492651ABB6FAD7C3015F142FC81DB93F375F3C1B');
INSERT INTO "order_notes" VALUES('9599316a-3beb-80ec-8ec3-c7bf8dc481d7',1,'System','OrderGroupCreated','order','Order Management','user','anna',NULL,NULL,'internal',1795637385533166,1795637385533166,NULL,NULL,'{"changes":[["/channel",null,"Order Management"],["/counters",null,{"line_item":1,"shipment":1}],["/currency",null,"USD"],["/customer",null,{"email":{"$personal":0},"id":"C1","name":{"$personal":1}}],["/id",null,"9599316a-3beb-80ec-8ec3-c7bf8dc481d7"],["/line_items",null,{"1":{"name":"Tent for two","quantity":"1","sku":"TENT-2","unit_price":"249.00"}}],["/market",null,"US"],["/number",null,"PO100002"],["/placed",null,"2026-11-25T20:09:45.533166Z"],["/shipments",null,{"1":{"method":"Ground","quantities":{"1":"1"},"status":"InventoryAssigned"}}],["/status",null,"InProgress"],["/totals",null,{"authorized":"0.00","balance":"249.00","credited":"0.00","discount":"0.00","handling":"0.00","paid":"0.00","refunded":"0.00","shipping":"0.00","subtotal":"249.00","tax":"0.00","total":"249.00"}]],"operation":"place_order","title":"Order PO100002 placed","to":"InProgress"}','["mercy@example.com","Bo Li"]',X'19C99311BA82CF43F3EF0EDDCE250801','{"label":"anna"}',X'283CDDBA998A1730660380EED5F58F3C','["3a67b197a27197a44e35fb67887f0877f6321e63a30e70fec11ee44d98ac297b","6261251176ebda7b1689fae3208eb155d2c5a67b5106db65063d3dffc08a535d"]',X'3255F4E8F1D85C9D48D9C67D171F02DF45D17B3BC8886DC8FB13CF52F3165A84');
INSERT INTO "order_notes" VALUES('9599316a-3beb-80ec-8ec3-c7bf8dc481d7',2,'System','ReferenceAdded','order','Order Management','user','anna',NULL,NULL,'internal',1795637385535274,1795637385535274,NULL,NULL,'{"changes":[["/references",null,{"erp":"4711"}]],"operation":"add_reference","title":"Reference erp added: 4711"}',NULL,NULL,'{"label":"anna"}',X'1320D50B2F8FC6EB254DDC21D3566E85','[null,"5dda8f6ce2059595887560822984b0cec652e25413146ef129fbe4cdba38edb0"]',X'BDA0B19545A08036E2C550B724C3C6C24A706E8A0E53C9D35C6D90241B8351A0');
INSERT INTO "order_notes" VALUES('a5e31f4f-c2f9-82ea-83e1-98ca28264a30',1,'System','OrderGroupCreated','order','Order Management','user','anna',NULL,NULL,'internal',1795637385537126,1795637385537126,NULL,NULL,'{"changes":[["/channel",null,"Order Management"],["/counters",null,{"line_item":1,"shipment":1}],["/currency",null,"USD"],["/customer",null,{"email":{"$personal":0},"id":"C1","name":{"$personal":1}}],["/id",null,"a5e31f4f-c2f9-82ea-83e1-98ca28264a30"],["/line_items",null,{"1":{"name":"Tent for two","quantity":"1","sku":"TENT-2","unit_price":"249.00"}}],["/market",null,"US"],["/number",null,"PO100003"],["/placed",null,"2026-11-25T20:09:45.537126Z"],["/shipments",null,{"1":{"method":"Ground","quantities":{"1":"1"},"status":"InventoryAssigned"}}],["/status",null,"InProgress"],["/totals",null,{"authorized":"0.00","balance":"249.00","credited":"0.00","discount":"0.00","handling":"0.00","paid":"0.00","refunded":"0.00","shipping":"0.00","subtotal":"249.00","tax":"0.00","total":"249.00"}]],"operation":"place_order","title":"Order PO100003 placed","to":"InProgress"}',NULL,NULL,NULL,NULL,'["0feedf5a63b4e628caf7cc79dee4799e0a21097b0793d56ad10b5311ee54154d","4183bf395170f1d0441e9558c9efee7aaacb764526162cf45c4c4d35d7bee662"]',X'17BACDAD6A8640222F49E3FF0E6EC23F12064D81A881D72583C2CC3230D2ED0F');
INSERT INTO "order_notes" VALUES('a5e31f4f-c2f9-82ea-83e1-98ca28264a30',2,'Custom',NULL,'note','Order Management','user','anna',NULL,NULL,'internal',1795637385539026,1795637385539026,NULL,NULL,'{"data":{"detail":{"$personal":1},"title":{"$personal":0}},"operation":"add_note"}',NULL,NULL,NULL,NULL,'["8e0d84dd977e124b937b144f8bd9be899fe877e205b1b9403dbba5b54ddf937a","61b3e159ef6f38aabd303aa257324a825e27ace7298dcb5e37d4b01625b59be0"]',X'E0649D86A2767F9D9ACC2C96C656AB0B3118281D0BA20A30BC5AED0912F8612E');
INSERT INTO "order_notes" VALUES('a5e31f4f-c2f9-82ea-83e1-98ca28264a30',3,'System','CustomerChanged','order','Order Management','user','anna',NULL,NULL,'internal',1795637385540584,1795637385540584,NULL,NULL,'{"changes":[["/customer/email",{"$personal":0},null],["/customer/id","C1","C9"],["/customer/name",{"$personal":1},{"$personal":2}]],"operation":"change_customer","title":"Customer changed"}',NULL,NULL,NULL,NULL,'["0d3494453579e891ae04aa400f30df9b3756e4f558614de207c25353126d3588","f280f7b7f46463f430d20d162994a73eaa00778b628d9cc9c17f8854afb015e1"]',X'F42FD173DCA590422D27407CF3F8B6AA799EADEE55C9FCC7B94D2ED97AAE597B');
INSERT INTO "order_notes" VALUES('a5e31f4f-c2f9-82ea-83e1-98ca28264a30',4,'System','PersonalDataErased','system','Order Management','user','anna',NULL,NULL,'internal',1795637385542799,1795637385542799,NULL,NULL,'{"changes":[["/customer/name",{"$erased":true},null]],"data":{"erased":{"actor":[1,2,3],"personal":[1,2,3]},"reason":{"code":"erasure-request","label":"Wish to be forgotten"}},"operation":"erase_personal_data","title":"Personal data erased: Wish to be forgotten"}',NULL,NULL,'{"label":"anna"}',X'45ADF56D3CD08F43F9A62F618A626FD4','[null,"a923d0b5e07250c7920ca285bf8f9d27f6d97d313bba56ddfbc2988c22cd4d6d"]',X'622F0BD780F1F33BADAC5E2C3F8F51C3943A4DEF6EDBBDB1527A529D29A59814');
INSERT INTO "order_notes" VALUES('a5e31f4f-c2f9-82ea-83e1-98ca28264a30',5,'Custom',NULL,'note','Order Management','user','anna',NULL,NULL,'internal',1795637385550164,1795637385550164,NULL,NULL,'{"data":{"detail":{"$personal":1},"title":{"$personal":0}},"operation":"add_note"}','["Done",""]',X'318AFE2CC7D4E90C92F55F10E6E94BCF','{"label":"anna"}',X'A33427133F48857FD7D7C4903E33DA20','["a33d106144b3a6af17b8705c2e2f68b27f2c124f6f7c36ac7671fd6f53160719","218a817333c39b1f4e531b4b465b2dbb4e58e2dd18b7d022fa9a361d449ce00d"]',X'6513E3A381AE5DF76D847D0E089BDE4BA025DE06006024951877F6B5444D259E');
INSERT INTO "order_notes" VALUES('01a21454-1950-74a3-aa44-f3da60aa205a',1,'System','OrderGroupCreated','order','Order Management','user','anna',NULL,NULL,'internal',1795637385552314,1795637385552314,NULL,NULL,'{"changes":[["/channel",null,"Order Management"],["/currency",null,"USD"],["/id",null,"01a21454-1950-74a3-aa44-f3da60aa205a"],["/market",null,"US"],["/number",null,"PO100004"],["/placed",null,"2026-11-25T20:09:45.552314Z"],["/status",null,"InProgress"],["/totals",null,{"authorized":"0.00","balance":"0.00","credited":"0.00","discount":"0.00","handling":"0.00","paid":"0.00","refunded":"0.00","shipping":"0.00","subtotal":"0.00","tax":"0.00","total":"0.00"}]],"operation":"place_order","title":"Order PO100004 placed","to":"InProgress"}',NULL,NULL,'{"label":"anna"}',X'8E42127217AF8423FC9F3D47A9C2733E','[null,"331ded8206ba53a654af41f5c2b48ccdfa68091d6b25dac0ccf9f970b4f79dcc"]',X'B8FC111C75851AC04F7392AA87EEEC2DB9813C9F79202E43BD4B524A9DED4A4A');
INSERT INTO "order_notes" VALUES('01a21454-192c-7520-8cce-a7870961f9bb',8,'Custom',NULL,'note','Order Management','user','anna',NULL,NULL,'internal',1795637385553716,1795637385553716,NULL,NULL,'{"data":{"detail":{"$personal":1},"title":{"$personal":0}},"operation":"add_note"}','["The last of all",""]',X'06E104C26E17019715EE5057AEDA5138','{"label":"anna"}',X'37F0E0716C81F8230A6BDCB24BAA8653','["733d2d10dbf2f2527edaff7cd1e5bbd4b3f1b313ec7b5ee167e56e16a062d068","73dab20b5bddd22d60988582a22d944fb46216c6c72d9c69c114ba16ff6a266a"]',X'1FE6047ED10357861AE67DA7A1BFD9C1762C0249C9406584E20CA5E1F7734F91');
CREATE TABLE order_numbers (
	number TEXT NOT NULL, 
	order_id TEXT NOT NULL, 
	PRIMARY KEY (number)
)
 STRICT

;
INSERT INTO "order_numbers" VALUES('PO100001','01a21454-192c-7520-8cce-a7870961f9bb');
INSERT INTO "order_numbers" VALUES('PO100002','9599316a-3beb-80ec-8ec3-c7bf8dc481d7');
INSERT INTO "order_numbers" VALUES('PO100003','a5e31f4f-c2f9-82ea-83e1-98ca28264a30');
INSERT INTO "order_numbers" VALUES('PO100004','01a21454-1950-74a3-aa44-f3da60aa205a');
CREATE TABLE orders (
	order_id TEXT NOT NULL, 
	number TEXT NOT NULL, 
	status TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	customer_id TEXT, 
	customer_name TEXT, 
	customer_email TEXT, 
	market TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	total INTEGER NOT NULL, 
	balance INTEGER NOT NULL, 
	placed INTEGER NOT NULL, 
	held_since INTEGER, 
	last_activity INTEGER NOT NULL, 
	last_recorded INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	changed_seq INTEGER NOT NULL, 
	head BLOB NOT NULL, 
	document TEXT NOT NULL, 
	PRIMARY KEY (order_id)
)
 STRICT

;
INSERT INTO "orders" VALUES('01a21454-192c-7520-8cce-a7870961f9bb','PO100001','InProgress','Order Management','C1','Mercy Taylor','mercy@example.com','US','USD',24900,24900,1795637385517530,NULL,1795637385553716,1795637385553716,8,7,X'1FE6047ED10357861AE67DA7A1BFD9C1762C0249C9406584E20CA5E1F7734F91','{"attributes":{"gift":"no"},"channel":"Order Management","counters":{"hold":1,"line_item":1,"shipment":1},"currency":"USD","customer":{"email":"mercy@example.com","id":"C1","name":"Mercy Taylor"},"id":"01a21454-192c-7520-8cce-a7870961f9bb","line_items":{"1":{"name":"Tent for two","quantity":"1","sku":"TENT-2","unit_price":"249.00"}},"market":"US","number":"PO100001","placed":"2026-11-25T20:09:45.517530Z","shipments":{"1":{"method":"Ground","quantities":{"1":"1"},"status":"InventoryAssigned"}},"status":"InProgress","totals":{"authorized":"0.00","balance":"249.00","credited":"0.00","discount":"0.00","handling":"0.00","paid":"0.00","refunded":"0.00","shipping":"0.00","subtotal":"249.00","tax":"0.00","total":"249.00"}}');
INSERT INTO "orders" VALUES('9599316a-3beb-80ec-8ec3-c7bf8dc481d7','PO100002','InProgress','Order Management','C1','Bo Li','mercy@example.com','US','USD',24900,24900,1795637385533166,NULL,1795637385535274,1795637385535274,2,2,X'BDA0B19545A08036E2C550B724C3C6C24A706E8A0E53C9D35C6D90241B8351A0','{"channel":"Order Management","counters":{"line_item":1,"shipment":1},"currency":"USD","customer":{"email":"mercy@example.com","id":"C1","name":"Bo Li"},"id":"9599316a-3beb-80ec-8ec3-c7bf8dc481d7","line_items":{"1":{"name":"Tent for two","quantity":"1","sku":"TENT-2","unit_price":"249.00"}},"market":"US","number":"PO100002","placed":"2026-11-25T20:09:45.533166Z","references":{"erp":"4711"},"shipments":{"1":{"method":"Ground","quantities":{"1":"1"},"status":"InventoryAssigned"}},"status":"InProgress","totals":{"authorized":"0.00","balance":"249.00","credited":"0.00","discount":"0.00","handling":"0.00","paid":"0.00","refunded":"0.00","shipping":"0.00","subtotal":"249.00","tax":"0.00","total":"249.00"}}');
INSERT INTO "orders" VALUES('a5e31f4f-c2f9-82ea-83e1-98ca28264a30','PO100003','InProgress','Order Management','C9',NULL,NULL,'US','USD',24900,24900,1795637385537126,NULL,1795637385550164,1795637385550164,5,4,X'6513E3A381AE5DF76D847D0E089BDE4BA025DE06006024951877F6B5444D259E','{"channel":"Order Management","counters":{"line_item":1,"shipment":1},"currency":"USD","customer":{"id":"C9"},"id":"a5e31f4f-c2f9-82ea-83e1-98ca28264a30","line_items":{"1":{"name":"Tent for two","quantity":"1","sku":"TENT-2","unit_price":"249.00"}},"market":"US","number":"PO100003","placed":"2026-11-25T20:09:45.537126Z","shipments":{"1":{"method":"Ground","quantities":{"1":"1"},"status":"InventoryAssigned"}},"status":"InProgress","totals":{"authorized":"0.00","balance":"249.00","credited":"0.00","discount":"0.00","handling":"0.00","paid":"0.00","refunded":"0.00","shipping":"0.00","subtotal":"249.00","tax":"0.00","total":"249.00"}}');
INSERT INTO "orders" VALUES('01a21454-1950-74a3-aa44-f3da60aa205a','PO100004','InProgress','Order Management',NULL,NULL,NULL,'US','USD',0,0,1795637385552314,NULL,1795637385552314,1795637385552314,1,1,X'B8FC111C75851AC04F7392AA87EEEC2DB9813C9F79202E43BD4B524A9DED4A4A','{"channel":"Order Management","currency":"USD","id":"01a21454-1950-74a3-aa44-f3da60aa205a","market":"US","number":"PO100004","placed":"2026-11-25T20:09:45.552314Z","status":"InProgress","totals":{"authorized":"0.00","balance":"0.00","credited":"0.00","discount":"0.00","handling":"0.00","paid":"0.00","refunded":"0.00","shipping":"0.00","subtotal":"0.00","tax":"0.00","total":"0.00"}}');
CREATE TABLE schema_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT schema_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "schema_version" VALUES('0001');
CREATE TABLE trail (
	trail_id TEXT NOT NULL, 
	created INTEGER NOT NULL, 
	PRIMARY KEY (trail_id)
)
 STRICT

;
INSERT INTO "trail" VALUES('2dfc1ee9-2b33-4846-a8a9-89ccca78a95c',1795637385511886);
CREATE INDEX orders_by_status ON orders (status, placed);
CREATE INDEX orders_by_customer_id ON orders (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX orders_by_customer_email ON orders (customer_email) WHERE customer_email IS NOT NULL;
CREATE INDEX orders_by_market ON orders (market, placed);
CREATE INDEX orders_by_placed ON orders (placed);
CREATE INDEX orders_by_last_activity ON orders (last_activity);
CREATE INDEX orders_by_held_since ON orders (held_since) WHERE held_since IS NOT NULL;
CREATE INDEX order_notes_by_revises ON order_notes (order_id, revises, seq) WHERE revises IS NOT NULL;
CREATE TRIGGER "trail_before_insert" BEFORE INSERT ON "trail" WHEN NEW.rowid <> -1 OR EXISTS (SELECT 1 FROM trail)
BEGIN SELECT RAISE(ABORT, 'ordertrail: a database holds one trail'); END;
CREATE TRIGGER "trail_after_insert" AFTER INSERT ON "trail" WHEN NEW.rowid < 1
BEGIN SELECT RAISE(ABORT, 'ordertrail: a database holds one trail'); END;
CREATE TRIGGER "trail_before_update" BEFORE UPDATE ON "trail" WHEN 1
BEGIN SELECT RAISE(ABORT, 'ordertrail: a database holds one trail'); END;
CREATE TRIGGER "trail_before_delete" BEFORE DELETE ON "trail" WHEN 1
BEGIN SELECT RAISE(ABORT, 'ordertrail: a database holds one trail'); END;
CREATE TRIGGER "order_numbers_before_insert" BEFORE INSERT ON "order_numbers" WHEN NEW.rowid <> -1 OR EXISTS (SELECT 1 FROM "order_numbers" WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'ordertrail: order numbers are never reassigned'); END;
CREATE TRIGGER "order_numbers_after_insert" AFTER INSERT ON "order_numbers" WHEN NEW.rowid < 1
BEGIN SELECT RAISE(ABORT, 'ordertrail: order numbers are never reassigned'); END;
CREATE TRIGGER "order_numbers_before_update" BEFORE UPDATE ON "order_numbers" WHEN 1
BEGIN SELECT RAISE(ABORT, 'ordertrail: order numbers are never reassigned'); END;
CREATE TRIGGER "order_numbers_before_delete" BEFORE DELETE ON "order_numbers" WHEN 1
BEGIN SELECT RAISE(ABORT, 'ordertrail: order numbers are never reassigned'); END;
CREATE TRIGGER "erasures_before_insert" BEFORE INSERT ON "erasures" WHEN NEW.rowid <> -1 OR NOT (NEW.seq < NEW.erased_by AND NEW.erased_by = (SELECT max(seq) FROM "order_notes" WHERE order_id = NEW.order_id) AND EXISTS (SELECT 1 FROM "order_notes" WHERE order_id = NEW.order_id AND seq = NEW.erased_by AND event = 'PersonalDataErased')) OR EXISTS (SELECT 1 FROM "erasures" WHERE order_id = NEW.order_id AND seq = NEW.seq AND part = NEW.part)
BEGIN SELECT RAISE(ABORT, 'ordertrail: an erasure is listed once, after the entry that records it'); END;
CREATE TRIGGER "erasures_after_insert" AFTER INSERT ON "erasures" WHEN NEW.rowid < 1
BEGIN SELECT RAISE(ABORT, 'ordertrail: an erasure is listed once, after the entry that records it'); END;
CREATE TRIGGER "erasures_before_update" BEFORE UPDATE ON "erasures" WHEN 1
BEGIN SELECT RAISE(ABORT, 'ordertrail: an erasure is listed once, after the entry that records it'); END;
CREATE TRIGGER "erasures_before_delete" BEFORE DELETE ON "erasures" WHEN 1
BEGIN SELECT RAISE(ABORT, 'ordertrail: an erasure is listed once, after the entry that records it'); END;
CREATE TRIGGER "log_entries_before_insert" BEFORE INSERT ON "log_entries" WHEN NEW.position IS NOT (SELECT coalesce(max(position) + 1, 0) FROM "log_entries") OR EXISTS (SELECT 1 FROM "log_entries" WHERE order_id = NEW.order_id AND seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'ordertrail: the log is append-only'); END;
CREATE TRIGGER "log_entries_before_update" BEFORE UPDATE ON "log_entries" WHEN 1
BEGIN SELECT RAISE(ABORT, 'ordertrail: the log is append-only'); END;
CREATE TRIGGER "log_entries_before_delete" BEFORE DELETE ON "log_entries" WHEN 1
BEGIN SELECT RAISE(ABORT, 'ordertrail: the log is append-only'); END;
CREATE TRIGGER "order_notes_before_insert" BEFORE INSERT ON "order_notes" WHEN NEW.rowid <> -1 OR NEW.seq IS NOT 1 + (SELECT coalesce(max(seq), 0) FROM "order_notes" WHERE order_id = NEW.order_id)
BEGIN SELECT RAISE(ABORT, 'ordertrail: entries are append-only'); END;
CREATE TRIGGER "order_notes_after_insert" AFTER INSERT ON "order_notes" WHEN NEW.rowid < 1
BEGIN SELECT RAISE(ABORT, 'ordertrail: entries are append-only'); END;
CREATE TRIGGER "order_notes_before_update" BEFORE UPDATE ON "order_notes" WHEN NOT (NEW.rowid IS OLD.rowid AND NEW.order_id IS OLD.order_id AND NEW.seq IS OLD.seq AND NEW.type IS OLD.type AND NEW.event IS OLD.event AND NEW.category IS OLD.category AND NEW.channel IS OLD.channel AND NEW.actor_kind IS OLD.actor_kind AND NEW.actor_id IS OLD.actor_id AND NEW.on_behalf_of IS OLD.on_behalf_of AND NEW.subject IS OLD.subject AND NEW.visibility IS OLD.visibility AND NEW.created IS OLD.created AND NEW.recorded IS OLD.recorded AND NEW.revises IS OLD.revises AND NEW.cause IS OLD.cause AND NEW.content IS OLD.content AND NEW.commitments IS OLD.commitments AND NEW.digest IS OLD.digest AND (NEW.personal IS OLD.personal AND NEW.personal_salt IS OLD.personal_salt OR NEW.personal IS NULL AND NEW.personal_salt IS NULL AND EXISTS (SELECT 1 FROM "erasures" WHERE order_id = OLD.order_id AND seq = OLD.seq AND part = 'personal')) AND (NEW.actor IS OLD.actor AND NEW.actor_salt IS OLD.actor_salt OR NEW.actor IS NULL AND NEW.actor_salt IS NULL AND EXISTS (SELECT 1 FROM "erasures" WHERE order_id = OLD.order_id AND seq = OLD.seq AND part = 'actor')) AND EXISTS (SELECT 1 FROM "erasures" WHERE order_id = OLD.order_id AND seq = OLD.seq))
BEGIN SELECT RAISE(ABORT, 'ordertrail: entries are append-only'); END;
CREATE TRIGGER "order_notes_before_delete" BEFORE DELETE ON "order_notes" WHEN 1
BEGIN SELECT RAISE(ABORT, 'ordertrail: entries are append-only'); END;
CREATE TRIGGER "orders_before_insert" BEFORE INSERT ON "orders" WHEN NEW.rowid <> -1 OR EXISTS (SELECT 1 FROM "orders" WHERE order_id = NEW.order_id) OR NOT (EXISTS (SELECT 1 FROM "order_notes" WHERE order_id = NEW.order_id AND seq = NEW.version AND digest = NEW.head) AND NOT EXISTS (SELECT 1 FROM "order_notes" WHERE order_id = NEW.order_id AND seq > NEW.version))
BEGIN SELECT RAISE(ABORT, 'ordertrail: an order changes only with its next entry, and stays'); END;
CREATE TRIGGER "orders_after_insert" AFTER INSERT ON "orders" WHEN NEW.rowid < 1
BEGIN SELECT RAISE(ABORT, 'ordertrail: an order changes only with its next entry, and stays'); END;
CREATE TRIGGER "orders_before_update" BEFORE UPDATE ON "orders" WHEN NOT (NEW.rowid IS OLD.rowid AND NEW.order_id IS OLD.order_id AND NEW.number IS OLD.number AND NEW.version > OLD.version AND EXISTS (SELECT 1 FROM "order_notes" WHERE order_id = NEW.order_id AND seq = NEW.version AND digest = NEW.head) AND NOT EXISTS (SELECT 1 FROM "order_notes" WHERE order_id = NEW.order_id AND seq > NEW.version))
BEGIN SELECT RAISE(ABORT, 'ordertrail: an order changes only with its next entry, and stays'); END;
CREATE TRIGGER "orders_before_delete" BEFORE DELETE ON "orders" WHEN 1
BEGIN SELECT RAISE(ABORT, 'ordertrail: an order changes only with its next entry, and stays'); END;
CREATE TRIGGER "log_head_before_insert" BEFORE INSERT ON "log_head" WHEN NEW.id <> 1 OR NEW.size <> (SELECT coalesce(max(position) + 1, 0) FROM "log_entries") OR EXISTS (SELECT 1 FROM "log_head")
BEGIN SELECT RAISE(ABORT, 'ordertrail: the size of the log is the number of its entries'); END;
CREATE TRIGGER "log_head_before_update" BEFORE UPDATE ON "log_head" WHEN NEW.id <> OLD.id OR NEW.size <> (SELECT coalesce(max(position) + 1, 0) FROM "log_entries")
BEGIN SELECT RAISE(ABORT, 'ordertrail: the size of the log is the number of its entries'); END;
CREATE TRIGGER "log_entries_after_insert" AFTER INSERT ON "log_entries"
BEGIN UPDATE "log_head" SET size = NEW.position + 1; END;
CREATE TRIGGER "log_head_before_delete" BEFORE DELETE ON "log_head" WHEN 1
BEGIN SELECT RAISE(ABORT, 'ordertrail: the size of the log is the number of its entries'); END;
COMMIT;
