BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0010');
CREATE TABLE articles (
	article_id TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	reader_version INTEGER NOT NULL, 
	source_id TEXT NOT NULL, 
	url TEXT NOT NULL, 
	title TEXT NOT NULL, 
	event_time DATETIME NOT NULL, 
	first_seen DATETIME NOT NULL, 
	origin TEXT NOT NULL, 
	learned_at DATETIME NOT NULL, watchlist TEXT DEFAULT '' NOT NULL, read_at DATETIME, known_from DATETIME DEFAULT '1970-01-01 00:00:00+00:00' NOT NULL, 
	PRIMARY KEY (article_id)
);
INSERT INTO "articles" VALUES('baseline:df1e5fd3b87851733dbb93e9a3dd497b',1,1,'baseline','','the announcement','2025-01-21 00:00:00.000000','2025-01-21 00:00:00.000000','{}','2025-01-21 00:00:00.000000','',NULL,'2025-01-21 00:00:00.000000');
INSERT INTO "articles" VALUES('a',1,1,'outlet-a','https://news.example/a','عنوان a','2025-01-21 00:00:00.000000','2025-01-21 00:00:00.000000','{"attribution":"Reuters","sketch":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60,61,62,63]}','2025-01-21 00:00:00.000000','',NULL,'2025-01-21 00:00:00.000000');
INSERT INTO "articles" VALUES('b',2,1,'outlet-b','https://news.example/b','عنوان b','2025-01-22 00:00:00.000000','2025-01-24 00:00:00.000000','{}','2025-01-24 00:00:00.000000','',NULL,'2025-01-24 00:00:00.000000');
INSERT INTO "articles" VALUES('c',1,1,'outlet-c','https://news.example/c','عنوان c','2025-01-23 00:00:00.000000','2025-01-23 00:00:00.000000','{}','2025-01-23 00:00:00.000000','',NULL,'2025-01-23 00:00:00.000000');
INSERT INTO "articles" VALUES('d',1,1,'outlet-d','https://news.example/d','عنوان d','2025-01-25 00:00:00.000000','2025-01-25 00:00:00.000000','{}','2025-01-25 00:00:00.000000','',NULL,'2025-01-25 00:00:00.000000');
CREATE TABLE changes (
	position INTEGER NOT NULL, 
	change_id TEXT NOT NULL, 
	fact TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	time DATETIME NOT NULL, 
	silence TEXT, 
	record TEXT NOT NULL, kind TEXT DEFAULT '' NOT NULL, about TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (position), 
	UNIQUE (fact, number), 
	UNIQUE (change_id)
);
INSERT INTO "changes" VALUES(1,'b91756a48eed714e2a68408df9516322','figure:initial:stargate:USD',1,'2025-01-21 00:00:00.000000','quiet','{"change_id":"b91756a48eed714e2a68408df9516322","fact":"figure:initial:stargate:USD","number":1,"kind":"figure_new","old":null,"new":{"value":{"type":"figure","low":"100000000000","high":"100000000000","currency":"USD","qualifier":"exact","status":"announced"},"evidence":{"sentence":"first sentence","source_id":"baseline","url":"","time":"2025-01-21T00:00:00Z","title":"the announcement"}},"time":"2025-01-21T00:00:00Z","reason":"first_report","confidence":1.0}','figure_new','stargate');
INSERT INTO "changes" VALUES(2,'50bd1ccf8eaac8a3d2bbb2700b4db8ff','partner:softbank@stargate',1,'2025-01-21 00:00:00.000000','quiet','{"change_id":"50bd1ccf8eaac8a3d2bbb2700b4db8ff","fact":"partner:softbank@stargate","number":1,"kind":"partner_added","old":null,"new":{"value":{"type":"state","state":"in"},"evidence":{"sentence":"second","source_id":"baseline","url":"","time":"2025-01-21T00:00:00Z","title":"the announcement"}},"time":"2025-01-21T00:00:00Z","reason":"first_report","confidence":1.0}','partner_added','stargate');
INSERT INTO "changes" VALUES(3,'7a8ae983cee4be587038d0c70708b0bb','partner:openai@stargate',1,'2025-01-21 00:00:00.000000','quiet','{"change_id":"7a8ae983cee4be587038d0c70708b0bb","fact":"partner:openai@stargate","number":1,"kind":"partner_added","old":null,"new":{"value":{"type":"state","state":"in"},"evidence":{"sentence":"second","source_id":"baseline","url":"","time":"2025-01-21T00:00:00Z","title":"the announcement"}},"time":"2025-01-21T00:00:00Z","reason":"first_report","confidence":1.0}','partner_added','stargate');
INSERT INTO "changes" VALUES(4,'d5f138b6b868cff09c62ef61342c7d38','figure:total:stargate:USD',1,'2025-01-21 00:00:00.000000',NULL,'{"change_id":"d5f138b6b868cff09c62ef61342c7d38","fact":"figure:total:stargate:USD","number":1,"kind":"figure_new","old":null,"new":{"value":{"type":"figure","low":"500000000000","high":"500000000000","currency":"USD","qualifier":"exact","status":"announced"},"evidence":{"sentence":"جملة عن 500","source_id":"outlet-a","url":"https://news.example/a","time":"2025-01-21T00:00:00Z","article_id":"a","title":"عنوان a","span":{"part":"body","start":0,"end":11}}},"time":"2025-01-21T00:00:00Z","reason":"first_report","confidence":0.9}','figure_new','stargate');
INSERT INTO "changes" VALUES(5,'5c1cdde614374d11b8a43a30e87ab943','figure:total:stargate:USD',2,'2025-01-22 00:00:00.000000',NULL,'{"change_id":"5c1cdde614374d11b8a43a30e87ab943","fact":"figure:total:stargate:USD","number":2,"kind":"figure_changed","old":{"value":{"type":"figure","low":"500000000000","high":"500000000000","currency":"USD","qualifier":"exact","status":"announced"},"evidence":{"sentence":"جملة عن 500","source_id":"outlet-a","url":"https://news.example/a","time":"2025-01-21T00:00:00Z","article_id":"a","title":"عنوان a","span":{"part":"body","start":0,"end":11}}},"new":{"value":{"type":"figure","low":"600000000000","high":"600000000000","currency":"USD","qualifier":"exact","status":"announced"},"evidence":{"sentence":"جملة عن 600","source_id":"outlet-b","url":"https://news.example/b","time":"2025-01-22T00:00:00Z","article_id":"b","title":"عنوان b","span":{"part":"body","start":0,"end":11}}},"time":"2025-01-22T00:00:00Z","reason":"newer_report","confidence":0.9}','figure_changed','stargate');
INSERT INTO "changes" VALUES(6,'b4473104791064bc57dd95ac725ff0b1','figure:stake:softbank->openai:USD',1,'2025-01-23 00:00:00.000000',NULL,'{"change_id":"b4473104791064bc57dd95ac725ff0b1","fact":"figure:stake:softbank->openai:USD","number":1,"kind":"figure_new","old":null,"new":{"value":{"type":"figure","low":"15000000000","high":"25000000000","currency":"USD","qualifier":"range","status":"negotiating"},"evidence":{"sentence":"جملة عن (15, 25)","source_id":"outlet-c","url":"https://news.example/c","time":"2025-01-23T00:00:00Z","article_id":"c","title":"عنوان c","span":{"part":"body","start":0,"end":16}}},"time":"2025-01-23T00:00:00Z","reason":"first_report","confidence":0.9}','figure_new','openai');
INSERT INTO "changes" VALUES(7,'d95ef3790b749271a08c435ba4aabad9','partner:cisco@stargate-uae',1,'2025-01-23 00:00:00.000000',NULL,'{"change_id":"d95ef3790b749271a08c435ba4aabad9","fact":"partner:cisco@stargate-uae","number":1,"kind":"partner_added","old":null,"new":{"value":{"type":"state","state":"in"},"evidence":{"sentence":"جملة عن cisco@stargate-uae","source_id":"outlet-c","url":"https://news.example/c","time":"2025-01-23T00:00:00Z","article_id":"c","title":"عنوان c","span":{"part":"body","start":0,"end":26}}},"time":"2025-01-23T00:00:00Z","reason":"first_report","confidence":0.9}','partner_added','stargate-uae');
INSERT INTO "changes" VALUES(8,'0fa371073420b84295c7633149fffe22','status:stargate',1,'2025-01-23 00:00:00.000000',NULL,'{"change_id":"0fa371073420b84295c7633149fffe22","fact":"status:stargate","number":1,"kind":"status","old":null,"new":{"value":{"type":"state","state":"stalled"},"evidence":{"sentence":"جملة عن stargate","source_id":"outlet-c","url":"https://news.example/c","time":"2025-01-23T00:00:00Z","article_id":"c","title":"عنوان c","span":{"part":"body","start":0,"end":16}}},"time":"2025-01-23T00:00:00Z","reason":"first_report","confidence":0.9}','status','stargate');
INSERT INTO "changes" VALUES(9,'a3cac63411bc3ee576b258be70b6da12','figure:total:stargate:USD',3,'2025-01-24 00:00:00.000000',NULL,'{"change_id":"a3cac63411bc3ee576b258be70b6da12","fact":"figure:total:stargate:USD","number":3,"kind":"correction","old":{"value":{"type":"figure","low":"600000000000","high":"600000000000","currency":"USD","qualifier":"exact","status":"announced"},"evidence":{"sentence":"جملة عن 600","source_id":"outlet-b","url":"https://news.example/b","time":"2025-01-22T00:00:00Z","article_id":"b","title":"عنوان b","span":{"part":"body","start":0,"end":11}}},"new":{"value":{"type":"figure","low":"650000000000","high":"650000000000","currency":"USD","qualifier":"exact","status":"announced"},"evidence":{"sentence":"جملة عن 650","source_id":"outlet-b","url":"https://news.example/b","time":"2025-01-22T00:00:00Z","article_id":"b","title":"عنوان b","span":{"part":"body","start":0,"end":11}}},"time":"2025-01-24T00:00:00Z","reason":"withdrawn","confidence":0.9}','correction','stargate');
INSERT INTO "changes" VALUES(10,'57aec711ff95301598537b19ffb3334a','figure:commitment:softbank->stargate:USD:per-year',1,'2025-01-25 00:00:00.000000','quiet','{"change_id":"57aec711ff95301598537b19ffb3334a","fact":"figure:commitment:softbank->stargate:USD:per-year","number":1,"kind":"figure_new","old":null,"new":{"value":{"type":"figure","low":"4000000000","high":"4000000000","currency":"USD","qualifier":"exact","status":"announced"},"evidence":{"sentence":"جملة عن 4","source_id":"outlet-d","url":"https://news.example/d","time":"2025-01-25T00:00:00Z","article_id":"d","title":"عنوان d","span":{"part":"body","start":0,"end":9}}},"time":"2025-01-25T00:00:00Z","reason":"first_report","confidence":0.9}','figure_new','stargate');
CREATE TABLE "claims" (
	article_id TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	fact TEXT, 
	record TEXT NOT NULL, 
	event_time DATETIME NOT NULL, 
	first_seen DATETIME NOT NULL, 
	PRIMARY KEY (article_id, number), 
	FOREIGN KEY(article_id) REFERENCES articles (article_id)
);
INSERT INTO "claims" VALUES('baseline:df1e5fd3b87851733dbb93e9a3dd497b',0,'figure:initial:stargate:USD','{"kind":"figure","fact":"figure:initial:stargate:USD","evidence":{"part":"body","start":0,"end":14},"sentence":"first sentence","confidence":1.0,"rule":"baseline","role":"initial","to":"stargate","amount":{"low":"100000000000","high":"100000000000","currency":"USD","qualifier":"exact","span":{"part":"body","start":0,"end":15},"surface":"100 billion USD"}}','2025-01-21 00:00:00.000000','2025-01-21 00:00:00.000000');
INSERT INTO "claims" VALUES('baseline:df1e5fd3b87851733dbb93e9a3dd497b',1,'partner:softbank@stargate','{"kind":"partner","fact":"partner:softbank@stargate","evidence":{"part":"body","start":0,"end":6},"sentence":"second","confidence":1.0,"rule":"baseline","from":["softbank"],"to":"stargate"}','2025-01-21 00:00:00.000000','2025-01-21 00:00:00.000000');
INSERT INTO "claims" VALUES('baseline:df1e5fd3b87851733dbb93e9a3dd497b',2,'partner:openai@stargate','{"kind":"partner","fact":"partner:openai@stargate","evidence":{"part":"body","start":0,"end":6},"sentence":"second","confidence":1.0,"rule":"baseline","from":["openai"],"to":"stargate"}','2025-01-21 00:00:00.000000','2025-01-21 00:00:00.000000');
INSERT INTO "claims" VALUES('a',0,'figure:total:stargate:USD','{"kind":"figure","fact":"figure:total:stargate:USD","evidence":{"part":"body","start":0,"end":11},"sentence":"جملة عن 500","confidence":0.9,"rule":"t","role":"total","amount":{"low":"500000000000","high":"500000000000","currency":"USD","qualifier":"exact","span":{"part":"body","start":0,"end":1},"surface":"x"}}','2025-01-21 00:00:00.000000','2025-01-21 00:00:00.000000');
INSERT INTO "claims" VALUES('a',1,NULL,'{"kind":"figure","fact":null,"evidence":{"part":"body","start":0,"end":9},"sentence":"جملة عن 7","confidence":0.9,"rule":"t","role":"other","amount":{"low":"7000000000","high":"7000000000","currency":"USD","qualifier":"exact","span":{"part":"body","start":0,"end":1},"surface":"x"}}','2025-01-21 00:00:00.000000','2025-01-21 00:00:00.000000');
INSERT INTO "claims" VALUES('c',0,'figure:stake:softbank->openai:USD','{"kind":"figure","fact":"figure:stake:softbank->openai:USD","evidence":{"part":"body","start":0,"end":16},"sentence":"جملة عن (15, 25)","confidence":0.9,"rule":"t","role":"stake","amount":{"low":"15000000000","high":"25000000000","currency":"USD","qualifier":"range","span":{"part":"body","start":0,"end":1},"surface":"x"},"status":"negotiating"}','2025-01-23 00:00:00.000000','2025-01-23 00:00:00.000000');
INSERT INTO "claims" VALUES('c',1,'partner:cisco@stargate-uae','{"kind":"partner","fact":"partner:cisco@stargate-uae","evidence":{"part":"body","start":0,"end":26},"sentence":"جملة عن cisco@stargate-uae","confidence":0.9,"rule":"t"}','2025-01-23 00:00:00.000000','2025-01-23 00:00:00.000000');
INSERT INTO "claims" VALUES('c',2,'status:stargate','{"kind":"status","fact":"status:stargate","evidence":{"part":"body","start":0,"end":16},"sentence":"جملة عن stargate","confidence":0.9,"rule":"t","state":"stalled"}','2025-01-23 00:00:00.000000','2025-01-23 00:00:00.000000');
INSERT INTO "claims" VALUES('b',0,'figure:total:stargate:USD','{"kind":"figure","fact":"figure:total:stargate:USD","evidence":{"part":"body","start":0,"end":11},"sentence":"جملة عن 650","confidence":0.9,"rule":"t","role":"total","amount":{"low":"650000000000","high":"650000000000","currency":"USD","qualifier":"exact","span":{"part":"body","start":0,"end":1},"surface":"x"}}','2025-01-22 00:00:00.000000','2025-01-24 00:00:00.000000');
INSERT INTO "claims" VALUES('d',0,'figure:commitment:softbank->stargate:USD:per-year','{"kind":"figure","fact":"figure:commitment:softbank->stargate:USD:per-year","evidence":{"part":"body","start":0,"end":9},"sentence":"جملة عن 4","confidence":0.9,"rule":"t","role":"commitment","amount":{"low":"4000000000","high":"4000000000","currency":"USD","qualifier":"exact","span":{"part":"body","start":0,"end":1},"surface":"x","period":"year"}}','2025-01-25 00:00:00.000000','2025-01-25 00:00:00.000000');
CREATE TABLE deliveries (
	delivery_id TEXT NOT NULL, 
	change_id TEXT NOT NULL, 
	fact TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	destination TEXT NOT NULL, 
	body TEXT NOT NULL, 
	published DATETIME NOT NULL, 
	created DATETIME NOT NULL, 
	state TEXT NOT NULL, 
	attempts INTEGER NOT NULL, 
	next_at DATETIME NOT NULL, 
	first_try DATETIME, 
	lease_owner TEXT, 
	lease_until DATETIME, 
	finished DATETIME, 
	reason TEXT, 
	receipt TEXT, 
	PRIMARY KEY (delivery_id), 
	FOREIGN KEY(change_id) REFERENCES changes (change_id)
);
INSERT INTO "deliveries" VALUES('0cefc8b54a941fb4310af81bb074654d','d5f138b6b868cff09c62ef61342c7d38','figure:total:stargate:USD',1,'console','New figure: total of ⁨Stargate⁩: ⁨500⁩ billion ⁨USD⁩ « ⁨جملة عن 500⁩ » https://news.example/a','2025-01-21 00:00:00.000000','2025-01-21 00:00:00.000000','sent',1,'2025-01-30 00:00:00.000000','2025-01-30 00:00:00.000000',NULL,NULL,'2025-01-30 00:00:00.000000',NULL,'r1');
INSERT INTO "deliveries" VALUES('7e3d75c4d2171bc037a2a8c0bbe50e1f','d5f138b6b868cff09c62ef61342c7d38','figure:total:stargate:USD',1,'desk','رقم جديد: القيمة الإجمالية لـ⁨ستارغيت⁩: ⁨500⁩ مليار دولار « ⁨جملة عن 500⁩ » https://news.example/a','2025-01-21 00:00:00.000000','2025-01-21 00:00:00.000000','sending',1,'2025-01-21 00:00:00.000000','2025-01-30 00:00:00.000000','old','2025-01-30 00:01:30.000000',NULL,NULL,NULL);
INSERT INTO "deliveries" VALUES('7c3afac71c0b6335b1d26400aadc9ed7','5c1cdde614374d11b8a43a30e87ab943','figure:total:stargate:USD',2,'console','Figure changed: total of ⁨Stargate⁩: ⁨500⁩ billion ⁨USD⁩ → ⁨600⁩ billion ⁨USD⁩ « ⁨جملة عن 600⁩ » https://news.example/b','2025-01-22 00:00:00.000000','2025-01-22 00:00:00.000000','sent',1,'2025-01-30 00:00:00.000000','2025-01-30 00:00:00.000000',NULL,NULL,'2025-01-30 00:00:00.000000',NULL,'r1');
INSERT INTO "deliveries" VALUES('bddbf28f28073f1e2d0c3aeeea86a0bc','5c1cdde614374d11b8a43a30e87ab943','figure:total:stargate:USD',2,'desk','تغيّر رقم: القيمة الإجمالية لـ⁨ستارغيت⁩: ⁨500⁩ مليار دولار → ⁨600⁩ مليار دولار « ⁨جملة عن 600⁩ » https://news.example/b','2025-01-22 00:00:00.000000','2025-01-22 00:00:00.000000','pending',0,'2025-01-22 00:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "deliveries" VALUES('b38d88ba340755ffc8d5d9ed601bcbea','b4473104791064bc57dd95ac725ff0b1','figure:stake:softbank->openai:USD',1,'console','New figure: investment of ⁨SoftBank⁩ in ⁨OpenAI⁩: ⁨15–25⁩ billion ⁨USD⁩ (in negotiation) « ⁨جملة عن (15, 25)⁩ » https://news.example/c','2025-01-23 00:00:00.000000','2025-01-23 00:00:00.000000','sent',1,'2025-01-30 00:00:00.000000','2025-01-30 00:00:00.000000',NULL,NULL,'2025-01-30 00:00:00.000000',NULL,'r1');
INSERT INTO "deliveries" VALUES('8b224d96aed30467b45dfdf15c814376','b4473104791064bc57dd95ac725ff0b1','figure:stake:softbank->openai:USD',1,'desk','رقم جديد: استثمار ⁨سوفت بنك⁩ في ⁨أوبن إيه آي⁩: ⁨‏15–25⁩ مليار دولار (قيد التفاوض) « ⁨جملة عن (15, 25)⁩ » https://news.example/c','2025-01-23 00:00:00.000000','2025-01-23 00:00:00.000000','pending',0,'2025-01-23 00:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "deliveries" VALUES('224d74c4caa4b4b9ccab87ecc3255b19','d95ef3790b749271a08c435ba4aabad9','partner:cisco@stargate-uae',1,'console','Partner joined: ⁨cisco⁩ in ⁨stargate-uae⁩: taking part « ⁨جملة عن cisco@stargate-uae⁩ » https://news.example/c','2025-01-23 00:00:00.000000','2025-01-23 00:00:00.000000','dead',1,'2025-01-30 00:00:00.000000','2025-01-30 00:00:00.000000',NULL,NULL,'2025-01-30 00:00:00.000000','gave_up',NULL);
INSERT INTO "deliveries" VALUES('3256219c01cbd446b09625888bf874db','d95ef3790b749271a08c435ba4aabad9','partner:cisco@stargate-uae',1,'desk','انضمام شريك: ⁨cisco⁩ في ⁨stargate-uae⁩: مشارك « ⁨جملة عن cisco@stargate-uae⁩ » https://news.example/c','2025-01-23 00:00:00.000000','2025-01-23 00:00:00.000000','pending',0,'2025-01-23 00:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "deliveries" VALUES('95f57ba2d283233f3ca9eb78d4f31a6e','0fa371073420b84295c7633149fffe22','status:stargate',1,'console','Status: ⁨Stargate⁩: stalled « ⁨جملة عن stargate⁩ » https://news.example/c','2025-01-23 00:00:00.000000','2025-01-23 00:00:00.000000','pending',0,'2025-01-23 00:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "deliveries" VALUES('ea7781ff97c3c4ad20f76a88f5d39b4d','0fa371073420b84295c7633149fffe22','status:stargate',1,'desk','الحالة: ⁨ستارغيت⁩: متعثر « ⁨جملة عن stargate⁩ » https://news.example/c','2025-01-23 00:00:00.000000','2025-01-23 00:00:00.000000','pending',0,'2025-01-23 00:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "deliveries" VALUES('1d487a76c8d7fb21f6910f0ef2e1cb01','a3cac63411bc3ee576b258be70b6da12','figure:total:stargate:USD',3,'console','Correction: total of ⁨Stargate⁩: ⁨600⁩ billion ⁨USD⁩ → ⁨650⁩ billion ⁨USD⁩ « ⁨جملة عن 650⁩ » https://news.example/b','2025-01-22 00:00:00.000000','2025-01-24 00:00:00.000000','pending',0,'2025-01-24 00:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "deliveries" VALUES('553fce76367227c644dd9a0dc249dd15','a3cac63411bc3ee576b258be70b6da12','figure:total:stargate:USD',3,'desk','تصحيح: القيمة الإجمالية لـ⁨ستارغيت⁩: ⁨600⁩ مليار دولار → ⁨650⁩ مليار دولار « ⁨جملة عن 650⁩ » https://news.example/b','2025-01-22 00:00:00.000000','2025-01-24 00:00:00.000000','pending',0,'2025-01-24 00:00:00.000000',NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE errands (
	errand_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	destination TEXT NOT NULL, 
	delivery_id TEXT, 
	body TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	attempts INTEGER NOT NULL, 
	created DATETIME NOT NULL, 
	next_at DATETIME NOT NULL, 
	first_try DATETIME, 
	lease_owner TEXT, 
	lease_until DATETIME, 
	PRIMARY KEY (errand_id), 
	FOREIGN KEY(delivery_id) REFERENCES deliveries (delivery_id) ON DELETE CASCADE
);
INSERT INTO "errands" VALUES('c41eb4284683887c2e230436ada23533','update','console','0cefc8b54a941fb4310af81bb074654d','{}',1,0,'2025-01-30 00:00:00.000000','2025-01-30 00:00:00.000000',NULL,NULL,NULL);
CREATE TABLE "facts" (
	fact TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	present TEXT, 
	contender TEXT, 
	contested_until DATETIME, 
	since DATETIME, 
	origins INTEGER NOT NULL, 
	confidence FLOAT NOT NULL, 
	changes INTEGER NOT NULL, 
	rules TEXT, 
	about TEXT NOT NULL, 
	PRIMARY KEY (fact)
);
INSERT INTO "facts" VALUES('figure:initial:stargate:USD','figure','{"value":{"type":"figure","low":"100000000000","high":"100000000000","currency":"USD","qualifier":"exact","status":"announced"},"evidence":{"sentence":"first sentence","source_id":"baseline","url":"","time":"2025-01-21T00:00:00Z","title":"the announcement"}}',NULL,NULL,'2025-01-21 00:00:00.000000',1,1.0,1,'8654554f641cb53f','stargate');
INSERT INTO "facts" VALUES('partner:openai@stargate','partner','{"value":{"type":"state","state":"in"},"evidence":{"sentence":"second","source_id":"baseline","url":"","time":"2025-01-21T00:00:00Z","title":"the announcement"}}',NULL,NULL,'2025-01-21 00:00:00.000000',1,1.0,1,'8654554f641cb53f','stargate');
INSERT INTO "facts" VALUES('partner:softbank@stargate','partner','{"value":{"type":"state","state":"in"},"evidence":{"sentence":"second","source_id":"baseline","url":"","time":"2025-01-21T00:00:00Z","title":"the announcement"}}',NULL,NULL,'2025-01-21 00:00:00.000000',1,1.0,1,'8654554f641cb53f','stargate');
INSERT INTO "facts" VALUES('figure:total:stargate:USD','figure','{"value":{"type":"figure","low":"650000000000","high":"650000000000","currency":"USD","qualifier":"exact","status":"announced"},"evidence":{"sentence":"جملة عن 650","source_id":"outlet-b","url":"https://news.example/b","time":"2025-01-22T00:00:00Z","article_id":"b","title":"عنوان b","span":{"part":"body","start":0,"end":11}}}',NULL,NULL,'2025-01-22 00:00:00.000000',1,0.9,3,'8654554f641cb53f','stargate');
INSERT INTO "facts" VALUES('figure:stake:softbank->openai:USD','figure','{"value":{"type":"figure","low":"15000000000","high":"25000000000","currency":"USD","qualifier":"range","status":"negotiating"},"evidence":{"sentence":"جملة عن (15, 25)","source_id":"outlet-c","url":"https://news.example/c","time":"2025-01-23T00:00:00Z","article_id":"c","title":"عنوان c","span":{"part":"body","start":0,"end":16}}}',NULL,NULL,'2025-01-23 00:00:00.000000',1,0.9,1,'8654554f641cb53f','openai');
INSERT INTO "facts" VALUES('partner:cisco@stargate-uae','partner','{"value":{"type":"state","state":"in"},"evidence":{"sentence":"جملة عن cisco@stargate-uae","source_id":"outlet-c","url":"https://news.example/c","time":"2025-01-23T00:00:00Z","article_id":"c","title":"عنوان c","span":{"part":"body","start":0,"end":26}}}',NULL,NULL,'2025-01-23 00:00:00.000000',1,0.9,1,'8654554f641cb53f','stargate-uae');
INSERT INTO "facts" VALUES('status:stargate','status','{"value":{"type":"state","state":"stalled"},"evidence":{"sentence":"جملة عن stargate","source_id":"outlet-c","url":"https://news.example/c","time":"2025-01-23T00:00:00Z","article_id":"c","title":"عنوان c","span":{"part":"body","start":0,"end":16}}}',NULL,NULL,'2025-01-23 00:00:00.000000',1,0.9,1,'8654554f641cb53f','stargate');
INSERT INTO "facts" VALUES('figure:commitment:softbank->stargate:USD:per-year','figure','{"value":{"type":"figure","low":"4000000000","high":"4000000000","currency":"USD","qualifier":"exact","status":"announced"},"evidence":{"sentence":"جملة عن 4","source_id":"outlet-d","url":"https://news.example/d","time":"2025-01-25T00:00:00Z","article_id":"d","title":"عنوان d","span":{"part":"body","start":0,"end":9}}}',NULL,NULL,'2025-01-25 00:00:00.000000',1,0.9,1,'8654554f641cb53f','stargate');
CREATE TABLE heartbeats (
	sent DATETIME NOT NULL, 
	learned DATETIME NOT NULL, 
	arrived DATETIME, 
	PRIMARY KEY (sent)
);
CREATE TABLE marks (
	fact TEXT NOT NULL, 
	event_time DATETIME NOT NULL, 
	first_seen DATETIME NOT NULL, 
	article_id TEXT NOT NULL, 
	record TEXT NOT NULL, 
	PRIMARY KEY (fact, event_time, first_seen, article_id)
);
CREATE TABLE moods (
	source_id TEXT NOT NULL, 
	since DATETIME NOT NULL, 
	PRIMARY KEY (source_id)
);
CREATE TABLE pauses (
	destination TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	since DATETIME NOT NULL, 
	PRIMARY KEY (destination)
);
INSERT INTO "pauses" VALUES('desk','gone','2025-01-30 00:00:00.000000');
CREATE TABLE superseded (
	position INTEGER NOT NULL, 
	article_id TEXT NOT NULL, 
	source_id TEXT NOT NULL, 
	url TEXT NOT NULL, 
	title TEXT NOT NULL, 
	event_time DATETIME NOT NULL, 
	first_seen DATETIME NOT NULL, 
	origin TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	fact TEXT, 
	record TEXT NOT NULL, 
	known_from DATETIME NOT NULL, 
	known_until DATETIME NOT NULL, 
	PRIMARY KEY (position)
);
INSERT INTO "superseded" VALUES(1,'b','outlet-b','https://news.example/b','عنوان b','2025-01-22 00:00:00.000000','2025-01-22 00:00:00.000000','{}',0,'figure:total:stargate:USD','{"kind":"figure","fact":"figure:total:stargate:USD","evidence":{"part":"body","start":0,"end":11},"sentence":"جملة عن 600","confidence":0.9,"rule":"t","role":"total","amount":{"low":"600000000000","high":"600000000000","currency":"USD","qualifier":"exact","span":{"part":"body","start":0,"end":1},"surface":"x"}}','2025-01-22 00:00:00.000000','2025-01-24 00:00:00.000000');
CREATE INDEX ix_deliveries_due ON deliveries (destination, state, next_at);
CREATE INDEX ix_deliveries_change_id ON deliveries (change_id);
CREATE INDEX ix_deliveries_order ON deliveries (destination, fact, number);
CREATE INDEX ix_errands_due ON errands (destination, next_at);
CREATE INDEX ix_errands_delivery_id ON errands (delivery_id);
CREATE INDEX ix_claims_place ON claims (fact, event_time, first_seen, article_id);
CREATE INDEX ix_articles_source_id ON articles (source_id);
CREATE INDEX ix_facts_contested_until ON facts (contested_until);
CREATE INDEX ix_facts_about ON facts (kind, about);
CREATE INDEX ix_superseded_fact ON superseded (fact);
CREATE INDEX ix_changes_told ON changes (time, position) WHERE silence IS NULL;
CREATE INDEX ix_changes_told_about ON changes (about, time, position) WHERE silence IS NULL;
CREATE INDEX ix_changes_told_kind ON changes (kind, time, position) WHERE silence IS NULL;
CREATE INDEX ix_changes_time ON changes (time, position);
CREATE INDEX ix_changes_of ON changes (fact, time, position);
CREATE INDEX ix_facts_listed ON facts (about, fact);
CREATE INDEX ix_deliveries_created ON deliveries (created, delivery_id);
CREATE INDEX ix_deliveries_state ON deliveries (state, created, delivery_id);
CREATE INDEX ix_superseded_article_id ON superseded (article_id);
COMMIT;
