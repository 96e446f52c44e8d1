PRAGMA application_id = 1280725591;
BEGIN TRANSACTION;
CREATE TABLE events(
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, reader TEXT NOT NULL,
    kind TEXT NOT NULL, payload TEXT NOT NULL);
INSERT INTO "events" VALUES(1,'2026-11-25T22:23:36.244547+00:00','ann','run_begun','{"run":"r1","series":"1.2.826.0.1.3680043.8.498.10742622932867235367599603815638756780","origin":{"kind":"model","name":"m","version":"1","sha256":"abababababababababababababababababababababababababababababababab","row":null},"proposed":{},"vanished":[]}');
INSERT INTO "events" VALUES(2,'2026-11-25T22:23:36.254751+00:00','ann','swept','{"run":"r1","slices":{"0":[[10.0,10.0,20.0,20.0,0.5]],"1":[[10.0,10.0,20.0,20.0,0.6]],"2":[],"3":[],"4":[],"5":[]},"proposed":{"f1":[[0,0],[1,0]]},"vanished":[]}');
INSERT INTO "events" VALUES(3,'2026-11-25T22:23:36.265107+00:00','ann','box_changed','{"finding":"f1","slice":1,"box":[11.0,10.0,21.0,20.0],"seen":{"threshold":null,"window":null,"origin":{"kind":"model","name":"m","version":"1","sha256":"abababababababababababababababababababababababababababababababab","row":null},"score":0.6}}');
INSERT INTO "events" VALUES(4,'2026-11-25T22:23:36.273491+00:00','ann','added','{"finding":"f2","series":"1.2.826.0.1.3680043.8.498.10742622932867235367599603815638756780","slice":0,"box":[1.0,1.0,5.0,6.0],"seen":{"threshold":null,"window":null}}');
INSERT INTO "events" VALUES(5,'2026-11-25T22:23:36.278998+00:00','ann','box_added','{"finding":"f2","slice":3,"box":[2.0,1.0,6.0,6.0],"seen":{"threshold":null,"window":null,"origin":{"kind":"reader","name":"ann","version":"","sha256":"","row":null},"score":null}}');
INSERT INTO "events" VALUES(6,'2026-11-25T22:23:36.291574+00:00','ann','boxes_interpolated','{"finding":"f2","boxes":{"1":[1.3333333333333335,1.0,5.333333333333334,6.0],"2":[1.6666666666666665,1.0,5.666666666666667,6.0]},"seen":{"threshold":null,"window":null,"origin":{"kind":"reader","name":"ann","version":"","sha256":"","row":null},"score":null}}');
INSERT INTO "events" VALUES(7,'2026-11-25T22:23:36.301643+00:00','ann','axes_set','{"finding":"f2","slice":3,"axes":[2.5,3.5,7.5,3.5,5.0,1.5,5.0,5.5],"seen":{"threshold":null,"window":null,"origin":{"kind":"reader","name":"ann","version":"","sha256":"","row":null},"score":null}}');
INSERT INTO "events" VALUES(8,'2026-11-25T22:23:36.305598+00:00','ann','added','{"finding":"f3","series":"1.2.826.0.1.3680043.8.498.10742622932867235367599603815638756780","slice":4,"box":[30.0,30.0,36.0,38.0],"seen":{"threshold":null,"window":null}}');
INSERT INTO "events" VALUES(9,'2026-11-25T22:23:36.315781+00:00','ann','noted','{"finding":"f3","text":"low","seen":{"threshold":null,"window":null,"origin":{"kind":"reader","name":"ann","version":"","sha256":"","row":null},"score":null}}');
INSERT INTO "events" VALUES(10,'2026-11-25T22:23:36.325355+00:00','ann','added','{"finding":"f4","series":"1.2.826.0.1.3680043.8.498.10742622932867235367599603815638756780","slice":5,"box":[3.0,3.0,9.0,9.0],"seen":{"threshold":null,"window":null}}');
INSERT INTO "events" VALUES(11,'2026-11-25T22:23:36.329358+00:00','ann','undone','{"gesture":10}');
INSERT INTO "events" VALUES(12,'2026-11-25T22:23:36.336432+00:00','ann','read_marked','{"series":"1.2.826.0.1.3680043.8.498.10742622932867235367599603815638756780","slice":5,"is_read":true,"seen":{"threshold":null,"window":null}}');
INSERT INTO "events" VALUES(13,'2026-11-25T22:23:36.345774+00:00','ann','read_marked','{"places":[["1.2.826.0.1.3680043.8.498.10742622932867235367599603815638756780",0]],"is_read":true,"seen":{"threshold":null,"window":null}}');
CREATE TABLE label_rows(line INTEGER PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO "meta" VALUES('schema_version','1');
INSERT INTO "meta" VALUES('study_key','b6aba1373628dfbe9689218d6a34351d0c084efe57555999accf17660601e012');
CREATE TABLE series(uid TEXT PRIMARY KEY, description TEXT NOT NULL);
INSERT INTO "series" VALUES('1.2.826.0.1.3680043.8.498.10742622932867235367599603815638756780','{"uid": "1.2.826.0.1.3680043.8.498.10742622932867235367599603815638756780", "study_uid": "1.2.826.0.1.3680043.8.498.98428690944114696286816953261738392865", "modality": "CT", "shape": [6, 40, 50], "spacing_mm": [2.5, 0.9, 0.7], "sop_instance_uids": ["1.2.826.0.1.3680043.8.498.25185253768674713912091604692920376981", "1.2.826.0.1.3680043.8.498.54252890039877815253605347761558226444", "1.2.826.0.1.3680043.8.498.12522020629787145589151586447630523406", "1.2.826.0.1.3680043.8.498.23433036310003461010383289425323959888", "1.2.826.0.1.3680043.8.498.99377059427150751959062176674536261495", "1.2.826.0.1.3680043.8.498.10353968770863224740021543081363582410"], "files": ["", "", "", "", "", ""], "window": [-160.0, 240.0], "absent": []}');
CREATE TABLE view(series_uid TEXT UNIQUE NOT NULL, shown TEXT NOT NULL);
INSERT INTO "view" VALUES('1.2.826.0.1.3680043.8.498.10742622932867235367599603815638756780','{"slice": 1, "window": [400, 40], "threshold": 0.5}');
CREATE TRIGGER events_are_not_updated BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER events_are_not_replaced BEFORE INSERT ON events
    WHEN EXISTS (SELECT 1 FROM events WHERE seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
COMMIT;
