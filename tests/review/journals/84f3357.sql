PRAGMA application_id = 1280725591;
BEGIN TRANSACTION;
CREATE TABLE events(
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, reader TEXT NOT NULL,
    kind TEXT NOT NULL, payload TEXT NOT NULL);
INSERT INTO "events" VALUES(1,'2026-11-29T07:18:34.407809+00:00','ann','labels_imported','{"name":"labels.csv","sha256":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc","findings":{"f1":["1.2.3",0,[1.0,1.0,9.0,9.0],0],"f2":["1.2.3",2,[2.0,2.5,6.0,8.0],1,[4.0,3.0,4.0,7.5,2.5,5.25,5.5,5.25]]},"types":{"f2":"liver"}}');
INSERT INTO "events" VALUES(2,'2026-11-29T07:18:34.415893+00:00','ann','run_begun','{"run":"r1","series":"1.2.3","origin":{"kind":"model","name":"net","version":"1","sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","row":null},"proposed":{},"vanished":[]}');
INSERT INTO "events" VALUES(3,'2026-11-29T07:18:34.423188+00:00','ann','swept','{"run":"r1","slices":{"1":[[1.0,1.0,9.0,9.0,0.6]],"2":[[1.0,1.0,9.0,9.0,0.7]]},"proposed":{"f3":[[1,0],[2,0]]},"vanished":[]}');
INSERT INTO "events" VALUES(4,'2026-11-29T07:18:34.423919+00:00','ann','accepted','{"finding":"f1","seen":{"threshold":0.25,"window":[150,90],"origin":{"kind":"label","name":"labels.csv","version":"","sha256":"","row":0},"score":null}}');
INSERT INTO "events" VALUES(5,'2026-11-29T07:18:34.431969+00:00','ann','box_changed','{"finding":"f2","slice":2,"box":[1.0,1.0,9.0,9.0],"seen":{"threshold":0.25,"window":[150,90],"origin":{"kind":"label","name":"labels.csv","version":"","sha256":"","row":1},"score":null}}');
INSERT INTO "events" VALUES(6,'2026-11-29T07:18:34.435875+00:00','ann','noted','{"finding":"f2","text":"at the dome","seen":{"threshold":0.25,"window":[150,90],"origin":{"kind":"label","name":"labels.csv","version":"","sha256":"","row":1},"score":null}}');
INSERT INTO "events" VALUES(7,'2026-11-29T07:18:34.443903+00:00','ann','typed','{"finding":"f2","text":"kidney","seen":{"threshold":0.25,"window":[150,90],"origin":{"kind":"label","name":"labels.csv","version":"","sha256":"","row":1},"score":null}}');
INSERT INTO "events" VALUES(8,'2026-11-29T07:18:34.447825+00:00','ann','rejected','{"finding":"f3","reason":"vessel","seen":{"threshold":0.25,"window":[150,90],"origin":{"kind":"model","name":"net","version":"1","sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","row":null},"score":0.7}}');
INSERT INTO "events" VALUES(9,'2026-11-29T07:18:34.451789+00:00','ann','added','{"finding":"f4","series":"1.2.3","slice":0,"box":[2.0,2.5,6.0,8.0],"seen":{"threshold":0.25,"window":[150,90]}}');
INSERT INTO "events" VALUES(10,'2026-11-29T07:18:34.455818+00:00','ann','box_added','{"finding":"f4","slice":3,"box":[1.0,1.0,9.0,9.0],"seen":{"threshold":0.25,"window":[150,90],"origin":{"kind":"reader","name":"ann","version":"","sha256":"","row":null},"score":null}}');
INSERT INTO "events" VALUES(11,'2026-11-29T07:18:34.459838+00:00','ann','boxes_interpolated','{"finding":"f4","boxes":{"1":[1.6666666666666667,2.0000000000000004,7.0,8.333333333333334],"2":[1.3333333333333335,1.5,8.0,8.666666666666668]},"seen":{"threshold":0.25,"window":[150,90],"origin":{"kind":"reader","name":"ann","version":"","sha256":"","row":null},"score":null}}');
INSERT INTO "events" VALUES(12,'2026-11-29T07:18:34.463788+00:00','ann','box_removed','{"finding":"f4","slice":1,"seen":{"threshold":0.25,"window":[150,90],"origin":{"kind":"reader","name":"ann","version":"","sha256":"","row":null},"score":null}}');
INSERT INTO "events" VALUES(13,'2026-11-29T07:18:34.467827+00:00','ann','axes_set','{"finding":"f4","slice":3,"axes":[4.0,3.0,4.0,7.5,2.5,5.25,5.5,5.25],"seen":{"threshold":0.25,"window":[150,90],"origin":{"kind":"reader","name":"ann","version":"","sha256":"","row":null},"score":null}}');
INSERT INTO "events" VALUES(14,'2026-11-29T07:18:34.471772+00:00','ann','read_marked','{"series":"1.2.3","slice":1,"is_read":true,"seen":{"threshold":0.25,"window":[150,90]}}');
INSERT INTO "events" VALUES(15,'2026-11-29T07:18:34.475692+00:00','ann','read_marked','{"series":"1.2.3","slice":null,"is_read":true,"seen":{"threshold":0.25,"window":[150,90]}}');
INSERT INTO "events" VALUES(16,'2026-11-29T07:18:34.479682+00:00','ann','read_marked','{"series":"1.2.3","slice":0,"is_read":false,"seen":{"threshold":0.25,"window":[150,90]}}');
INSERT INTO "events" VALUES(17,'2026-11-29T07:18:34.484811+00:00','ann','slices_renumbered','{"series":"1.2.3","places":[3,2,1,0],"count":4}');
INSERT INTO "events" VALUES(18,'2026-11-29T07:18:34.491759+00:00','ann','added','{"finding":"f5","series":"7.8.9","slice":5,"box":[1.0,1.0,9.0,9.0],"seen":{"threshold":0.25,"window":[150,90]}}');
INSERT INTO "events" VALUES(19,'2026-11-29T07:18:34.499875+00:00','ann','marked_unsure','{"finding":"f5","seen":{"threshold":0.25,"window":[150,90],"origin":{"kind":"reader","name":"ann","version":"","sha256":"","row":null},"score":null}}');
INSERT INTO "events" VALUES(20,'2026-11-29T07:18:34.501476+00:00','ann','reason_given','{"finding":"f5","text":"motion","seen":{"threshold":0.25,"window":[150,90],"origin":{"kind":"reader","name":"ann","version":"","sha256":"","row":null},"score":null}}');
INSERT INTO "events" VALUES(21,'2026-11-29T07:18:34.503748+00:00','ann','read_marked','{"places":[["7.8.9",5]],"is_read":true,"seen":{"threshold":0.25,"window":[150,90]}}');
INSERT INTO "events" VALUES(22,'2026-11-29T07:18:34.507762+00:00','ann','review_imported','{"name":"review.csv","findings":{"f6":{"readings":[{"reader":"bob","status":"accepted","boxes":{"2":[2.0,2.5,6.0,8.0]},"reason":"","note":"","decided_at":"2026-01-02T03:04:05+00:00"}],"series":"1.2.3","origin":{"kind":"model","name":"net","version":"1","sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","row":null},"boxes":{"2":[1.0,1.0,9.0,9.0]},"original_boxes":{"2":[2.0,2.5,6.0,8.0]},"scores":{"2":0.5},"status":"corrected","reason":"","note":"","decision":["eve","2026-01-02T03:04:05+00:00",0.5,[400,40]]}},"seen":{"threshold":0.25,"window":[150,90]}}');
INSERT INTO "events" VALUES(23,'2026-11-29T07:18:34.512845+00:00','ann','slices_renumbered','{"series":"1.2.3","places":[1,2,3,4],"count":5}');
INSERT INTO "events" VALUES(24,'2026-11-29T07:18:34.535954+00:00','ann','image_replaced','{"series":"1.2.3","slice":1,"is_read":false,"findings":["f4"]}');
INSERT INTO "events" VALUES(25,'2026-11-29T07:18:34.540044+00:00','ann','run_begun','{"run":"r2","series":"1.2.3","origin":{"kind":"model","name":"net","version":"2","sha256":"b","row":null},"proposed":{},"vanished":[]}');
INSERT INTO "events" VALUES(26,'2026-11-29T07:18:34.543865+00:00','ann','swept','{"run":"r2","slices":{"0":[[2.0,2.5,6.0,8.0,0.9,"lung"]]},"proposed":{"f7":[[0,0]]},"vanished":[]}');
INSERT INTO "events" VALUES(27,'2026-11-29T07:18:34.550901+00:00','ann','reset','{"finding":"f2","seen":{"threshold":0.25,"window":[150,90],"origin":{"kind":"label","name":"labels.csv","version":"","sha256":"","row":1},"score":null}}');
INSERT INTO "events" VALUES(28,'2026-11-29T07:18:34.567086+00:00','ann','noted','{"finding":"f1","text":"first","seen":{"threshold":0.25,"window":[150,90],"origin":{"kind":"label","name":"labels.csv","version":"","sha256":"","row":0},"score":null}}');
INSERT INTO "events" VALUES(29,'2026-11-29T07:18:34.579967+00:00','ann','undone','{"gesture":28}');
INSERT INTO "events" VALUES(30,'2026-11-29T07:18:34.583867+00:00','ann','undone','{"gesture":27}');
INSERT INTO "events" VALUES(31,'2026-11-29T07:18:34.591943+00:00','ann','undone','{"gesture":22}');
INSERT INTO "events" VALUES(32,'2026-11-29T07:18:34.594441+00:00','ann','redone','{"gesture":22}');
CREATE TABLE label_rows(line INTEGER PRIMARY KEY, content BLOB NOT NULL);
INSERT INTO "label_rows" VALUES(0,X'686561640A');
INSERT INTO "label_rows" VALUES(1,X'726F770A');
INSERT INTO "label_rows" VALUES(2,X'726F770A');
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO "meta" VALUES('schema_version','1');
INSERT INTO "meta" VALUES('study_key','study');
INSERT INTO "meta" VALUES('series_sha256','first');
CREATE TABLE series(uid TEXT PRIMARY KEY, description TEXT NOT NULL);
INSERT INTO "series" VALUES('1.2.3','{"uid": "1.2.3", "study_uid": "1.2", "modality": "CT", "shape": [5, 16, 16], "spacing_mm": [2.0, 1.0, 1.0], "sop_instance_uids": ["new", "d", "c", "b", "a"], "files": ["", "", "", "", ""], "window": null, "absent": [], "frames": [0, 0, 0, 0, 0], "orientation": [], "positions": [], "instance_numbers": [], "names": {}}');
CREATE TABLE view(series_uid TEXT UNIQUE NOT NULL, shown TEXT NOT NULL);
INSERT INTO "view" VALUES('7.8.9','{"slice": 5, "window": null, "threshold": null}');
INSERT INTO "view" VALUES('1.2.3','{"slice": 4, "window": [400, 40], "threshold": 0.5}');
CREATE TRIGGER events_are_not_updated BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER events_are_not_replaced BEFORE INSERT ON events
    WHEN EXISTS (SELECT 1 FROM events WHERE seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
COMMIT;
