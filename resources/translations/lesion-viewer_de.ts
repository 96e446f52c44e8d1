<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name></name>
    <message>
        <source>  or  </source>
        <translation>  oder  </translation>
    </message>
    <message>
        <source> slices/s</source>
        <translation> Schichten/s</translation>
    </message>
    <message>
        <source>&amp;Box</source>
        <translation>Bo&amp;x</translation>
    </message>
    <message>
        <source>&amp;Detection</source>
        <translation>De&amp;tektion</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Im, as on screen: 1 to {last}</source>
        <translation>&amp;Bild, wie angezeigt: 1 bis {last}</translation>
    </message>
    <message>
        <source>&amp;New key</source>
        <translation>&amp;Neue Taste</translation>
    </message>
    <message>
        <source>&amp;Planes</source>
        <translation>&amp;Ebenen</translation>
    </message>
    <message>
        <source>&amp;Queue</source>
        <translation>&amp;Arbeitsliste</translation>
    </message>
    <message>
        <source>&amp;Slice</source>
        <translation>&amp;Schicht</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>A&amp;nsicht</translation>
    </message>
    <message>
        <source>&amp;Window</source>
        <translation>&amp;Fensterung</translation>
    </message>
    <message>
        <source>* stands for any letters, ? for one</source>
        <translation>* steht für beliebige Zeichen, ? für eines</translation>
    </message>
    <message>
        <source>-7 is seven days ago, -0 today</source>
        <translation>-7 ist vor sieben Tagen, -0 heute</translation>
    </message>
    <message>
        <source>1 candidate</source>
        <translation>1 Kandidat</translation>
    </message>
    <message>
        <source>1 day after</source>
        <translation>1 Tag danach</translation>
    </message>
    <message>
        <source>1 day before</source>
        <translation>1 Tag davor</translation>
    </message>
    <message>
        <source>1 file was left out.</source>
        <translation>1 Datei wurde ausgelassen.</translation>
    </message>
    <message>
        <source>1 gap of up to {mm:.1f} mm</source>
        <translation>1 Lücke bis {mm:.1f} mm</translation>
    </message>
    <message>
        <source>1 lesion has no counterpart in the prior: PD if it is new, nothing if it was not marked there.</source>
        <translation>1 Läsion hat kein Gegenstück in der Voruntersuchung: PD, wenn sie neu ist; nichts, wenn sie dort nicht markiert wurde.</translation>
    </message>
    <message>
        <source>1 more slice than when this series was reviewed; what was found stays on its slices.</source>
        <translation>1 Schicht mehr als bei der Befundung dieser Serie; Befunde bleiben auf ihren Schichten.</translation>
    </message>
    <message>
        <source>1 new lesion: progressive whatever the sums.</source>
        <translation>1 neue Läsion: Progress unabhängig von den Summen.</translation>
    </message>
    <message>
        <source>1 study found</source>
        <translation>1 Studie gefunden</translation>
    </message>
    <message>
        <source>1 target is not marked now: gone, or still to be marked.</source>
        <translation>1 Target-Läsion ist jetzt nicht markiert: verschwunden oder noch zu markieren.</translation>
    </message>
    <message>
        <source>10 slices back</source>
        <translation>10 Schichten zurück</translation>
    </message>
    <message>
        <source>10 slices on</source>
        <translation>10 Schichten weiter</translation>
    </message>
    <message>
        <source>A date is written as {example}, or as -7: seven days ago.</source>
        <translation>Ein Datum wird als {example} geschrieben, oder als -7: vor sieben Tagen.</translation>
    </message>
    <message>
        <source>A single slice has no other planes; it is shown alone.</source>
        <translation>Eine einzelne Schicht hat keine weiteren Ebenen; sie wird allein gezeigt.</translation>
    </message>
    <message>
        <source>A study has no date: the one beside is taken for the earlier one.</source>
        <translation>Eine Studie hat kein Datum: Die daneben gilt als die frühere.</translation>
    </message>
    <message>
        <source>A study is being fetched; the next one waits for its end.</source>
        <translation>Eine Studie wird gerade geholt; die nächste wartet, bis sie da ist.</translation>
    </message>
    <message>
        <source>A study of somebody else is no prior. The same patient may have another number where the study was made elsewhere. The warning stays on screen.</source>
        <translation>Die Untersuchung eines anderen Menschen ist keine Voruntersuchung. Wurde sie anderswo gemacht, kann derselbe Patient dort eine andere Nummer haben. Die Warnung bleibt im Bild.</translation>
    </message>
    <message>
        <source>A target has no diameter in mm now.</source>
        <translation>Eine Target-Läsion hat jetzt keinen Durchmesser in mm.</translation>
    </message>
    <message>
        <source>A target was measured by an axis once and by a box once.</source>
        <translation>Eine Target-Läsion wurde einmal an einer Achse und einmal an einer Box gemessen.</translation>
    </message>
    <message>
        <source>A work list names no patient: leave patient ID and name empty.</source>
        <translation>Eine Arbeitsliste nennt keinen Patienten: Patienten-ID und Name bleiben leer.</translation>
    </message>
    <message>
        <source>AE@HOST:PORT or DICOMweb URL</source>
        <translation>AE@HOST:PORT oder DICOMweb-URL</translation>
    </message>
    <message>
        <source>About Lesion Viewer</source>
        <translation>Über Lesion Viewer</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Annehmen</translation>
    </message>
    <message>
        <source>Accept all on this slice</source>
        <translation>Alle auf dieser Schicht annehmen</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Actions and their keys</source>
        <translation>Aktionen und ihre Tasten</translation>
    </message>
    <message>
        <source>Add an archive</source>
        <translation>Archiv hinzufügen</translation>
    </message>
    <message>
        <source>Add an archive…</source>
        <translation>Archiv hinzufügen…</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Nachher</translation>
    </message>
    <message>
        <source>Agreement</source>
        <translation>Übereinstimmung</translation>
    </message>
    <message>
        <source>Agreement of two readers</source>
        <translation>Übereinstimmung zweier Befunder</translation>
    </message>
    <message>
        <source>Agreement of two readers…</source>
        <translation>Übereinstimmung zweier Befunder…</translation>
    </message>
    <message>
        <source>All columns, as they were</source>
        <translation>Alle Spalten, wie sie waren</translation>
    </message>
    <message>
        <source>All done: 1 slice is decided</source>
        <translation>Alles erledigt: 1 Schicht ist entschieden</translation>
    </message>
    <message>
        <source>All done: {n:,} slices are decided</source>
        <translation>Alles erledigt: {n:_} Schichten sind entschieden</translation>
    </message>
    <message>
        <source>All findings</source>
        <translation>Alle Befunde</translation>
    </message>
    <message>
        <source>All images</source>
        <translation>Alle Bilder</translation>
    </message>
    <message>
        <source>All types</source>
        <translation>Alle Typen</translation>
    </message>
    <message>
        <source>Angle</source>
        <translation>Winkel</translation>
    </message>
    <message>
        <source>Annotations of the images</source>
        <translation>Annotationen der Bilder</translation>
    </message>
    <message>
        <source>Annotations: CSV or COCO (*.csv *.tsv *.txt *.json)</source>
        <translation>Annotationen: CSV oder COCO (*.csv *.tsv *.txt *.json)</translation>
    </message>
    <message>
        <source>Another review was opened meanwhile; nothing was changed.</source>
        <translation>Inzwischen wurde eine andere Befundung geöffnet; nichts wurde geändert.</translation>
    </message>
    <message>
        <source>Any disagreement</source>
        <translation>Jede Abweichung</translation>
    </message>
    <message>
        <source>Any outcome</source>
        <translation>Jedes Ergebnis</translation>
    </message>
    <message>
        <source>Any split</source>
        <translation>Jede Teilmenge</translation>
    </message>
    <message>
        <source>Any study</source>
        <translation>Jede Studie</translation>
    </message>
    <message>
        <source>Any type</source>
        <translation>Jeder Typ</translation>
    </message>
    <message>
        <source>Apart mm</source>
        <translation>Abstand mm</translation>
    </message>
    <message>
        <source>Apply 1 change</source>
        <translation>1 Änderung übernehmen</translation>
    </message>
    <message>
        <source>Apply {n:,} changes</source>
        <translation>{n:_} Änderungen übernehmen</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>Archiv</translation>
    </message>
    <message>
        <source>Arithmetic, not a diagnosis</source>
        <translation>Rechnung, keine Diagnose</translation>
    </message>
    <message>
        <source>As stored</source>
        <translation>Wie gespeichert</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Asking the archive …</source>
        <translation>Das Archiv wird gefragt …</translation>
    </message>
    <message>
        <source>At least 30 % less than the baseline, and no progress from the nadir.</source>
        <translation>Mindestens 30 % weniger als die Baseline und kein Progress gegenüber dem Nadir.</translation>
    </message>
    <message>
        <source>Audit report</source>
        <translation>Prüfbericht</translation>
    </message>
    <message>
        <source>Axial</source>
        <translation>Axial</translation>
    </message>
    <message>
        <source>Back to undecided</source>
        <translation>Zurück auf offen</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>Before you start</source>
        <translation>Bevor Sie beginnen</translation>
    </message>
    <message>
        <source>Blind: no scores</source>
        <translation>Blind: ohne Werte</translation>
    </message>
    <message>
        <source>Blind: scores, and the threshold of them, are hidden.</source>
        <translation>Blind: Die Werte und ihre Schwelle sind verborgen.</translation>
    </message>
    <message>
        <source>Bone</source>
        <translation>Knochen</translation>
    </message>
    <message>
        <source>Box, while it is edited</source>
        <translation>Box, während sie bearbeitet wird</translation>
    </message>
    <message>
        <source>Brain</source>
        <translation>Gehirn</translation>
    </message>
    <message>
        <source>By cleanlab</source>
        <translation>Nach cleanlab</translation>
    </message>
    <message>
        <source>By disagreement</source>
        <translation>Nach Abweichung</translation>
    </message>
    <message>
        <source>By file</source>
        <translation>Nach Datei</translation>
    </message>
    <message>
        <source>By patient</source>
        <translation>Nach Patient</translation>
    </message>
    <message>
        <source>By place</source>
        <translation>Nach Ort</translation>
    </message>
    <message>
        <source>By score</source>
        <translation>Nach Score</translation>
    </message>
    <message>
        <source>By size</source>
        <translation>Nach Größe</translation>
    </message>
    <message>
        <source>By {group}</source>
        <translation>Nach {group}</translation>
    </message>
    <message>
        <source>CT (*.dcm *.zip {volumes} *.png);;All files (*)</source>
        <translation>CT (*.dcm *.zip {volumes} *.png);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Candidates</source>
        <translation>Kandidaten</translation>
    </message>
    <message>
        <source>Candidates under this score are not shown</source>
        <translation>Kandidaten unter diesem Score werden nicht gezeigt</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Änderung</translation>
    </message>
    <message>
        <source>Change keys</source>
        <translation>Tasten ändern</translation>
    </message>
    <message>
        <source>Change keys…</source>
        <translation>Tasten ändern…</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>Choose a finding first, then draw its box on this slice.</source>
        <translation>Zuerst einen Befund wählen, dann seine Box auf dieser Schicht zeichnen.</translation>
    </message>
    <message>
        <source>Choose a finding first, then edit its box.</source>
        <translation>Zuerst einen Befund wählen, dann seine Box bearbeiten.</translation>
    </message>
    <message>
        <source>Choose a finding first, then enlarge it.</source>
        <translation>Zuerst einen Befund wählen, dann vergrößern.</translation>
    </message>
    <message>
        <source>Choose a finding first, then outline it.</source>
        <translation>Zuerst einen Befund wählen, dann umreißen.</translation>
    </message>
    <message>
        <source>Choose a finding first.</source>
        <translation>Zuerst einen Befund wählen.</translation>
    </message>
    <message>
        <source>Choose a finding that has a box on this slice, then copy it.</source>
        <translation>Einen Befund mit einer Box auf dieser Schicht wählen, dann kopieren.</translation>
    </message>
    <message>
        <source>Choose a finding that has a box on this slice, then snap it.</source>
        <translation>Einen Befund mit einer Box auf dieser Schicht wählen, dann an den Rand legen.</translation>
    </message>
    <message>
        <source>Choose a finding with boxes on two slices that are not adjacent.</source>
        <translation>Einen Befund mit Boxen auf zwei nicht benachbarten Schichten wählen.</translation>
    </message>
    <message>
        <source>Choose a measurement first, then remove it.</source>
        <translation>Erst eine Messung wählen, dann entfernen.</translation>
    </message>
    <message>
        <source>Choose the lesion type…</source>
        <translation>Läsionstyp wählen…</translation>
    </message>
    <message>
        <source>Choose the row of a lesion of the prior and that of a present lesion, then pair them.</source>
        <translation>Wählen Sie die Zeile einer Läsion der Voruntersuchung und die einer jetzigen Läsion, dann paaren Sie sie.</translation>
    </message>
    <message>
        <source>Choose the row of one lesion first.</source>
        <translation>Wählen Sie zuerst die Zeile einer Läsion.</translation>
    </message>
    <message>
        <source>Cine</source>
        <translation>Cine</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>Filter löschen</translation>
    </message>
    <message>
        <source>Clear this list</source>
        <translation>Diese Liste leeren</translation>
    </message>
    <message>
        <source>Click on the window&apos;s numbers</source>
        <translation>Klick auf die Werte der Fensterung</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Close the prior</source>
        <translation>Voruntersuchung schließen</translation>
    </message>
    <message>
        <source>Close the work list of the results</source>
        <translation>Arbeitsliste der Ergebnisse schließen</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Columns of the table…</source>
        <translation>Spalten der Tabelle…</translation>
    </message>
    <message>
        <source>Compare with</source>
        <translation>Vergleichen mit</translation>
    </message>
    <message>
        <source>Concurrent</source>
        <translation>Gleichzeitig</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>Als Text kopieren</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>Diagnoseangaben kopieren</translation>
    </message>
    <message>
        <source>Copy report as text</source>
        <translation>Bericht als Text kopieren</translation>
    </message>
    <message>
        <source>Copy the box to the next slice</source>
        <translation>Box auf die nächste Schicht kopieren</translation>
    </message>
    <message>
        <source>Copy the box to the slice before</source>
        <translation>Box auf die vorige Schicht kopieren</translation>
    </message>
    <message>
        <source>Copy the follow-up table</source>
        <translation>Verlaufstabelle kopieren</translation>
    </message>
    <message>
        <source>Coronal</source>
        <translation>Koronar</translation>
    </message>
    <message>
        <source>Corrected boxes (*.json *.csv *.tsv *.txt)</source>
        <translation>Korrigierte Boxen (*.json *.csv *.tsv *.txt)</translation>
    </message>
    <message>
        <source>Count</source>
        <translation>Zahl</translation>
    </message>
    <message>
        <source>Couple</source>
        <translation>Koppeln</translation>
    </message>
    <message>
        <source>Couple the slices on show</source>
        <translation>Gezeigte Schichten koppeln</translation>
    </message>
    <message>
        <source>Coupled by hand: Im {before} of the prior beside Im {now}. Lesions are not matched by place.</source>
        <translation>Von Hand gekoppelt: Bild {before} der Voruntersuchung neben Bild {now}. Läsionen werden nicht nach dem Ort zugeordnet.</translation>
    </message>
    <message>
        <source>Crosshair</source>
        <translation>Fadenkreuz</translation>
    </message>
    <message>
        <source>Crosshair, in all views</source>
        <translation>Fadenkreuz, in allen Ansichten</translation>
    </message>
    <message>
        <source>Ctrl + wheel</source>
        <translation>Strg + Mausrad</translation>
    </message>
    <message>
        <source>DICOM, zip, NIfTI, NRRD, MetaImage, or a DeepLesion folder of PNGs</source>
        <translation>DICOM, zip, NIfTI, NRRD, MetaImage oder ein DeepLesion-Ordner mit PNGs</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Datum</translation>
    </message>
    <message>
        <source>Date from</source>
        <translation>Datum von</translation>
    </message>
    <message>
        <source>Decision</source>
        <translation>Entscheidung</translation>
    </message>
    <message>
        <source>Delete an own preset…</source>
        <translation>Eigene Voreinstellung löschen…</translation>
    </message>
    <message>
        <source>Deleted the preset {name}.</source>
        <translation>Die Voreinstellung {name} ist gelöscht.</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Beschreibung</translation>
    </message>
    <message>
        <source>Detection is unavailable: {reason}. The review works without it.</source>
        <translation>Keine Detektion möglich: {reason}. Die Befundung geht auch ohne.</translation>
    </message>
    <message>
        <source>Detector</source>
        <translation>Detektor</translation>
    </message>
    <message>
        <source>Detector runs on</source>
        <translation>Detektor läuft auf</translation>
    </message>
    <message>
        <source>Detector that searches the series</source>
        <translation>Detektor, der die Serie absucht</translation>
    </message>
    <message>
        <source>Detector: {text}</source>
        <translation>Detektor: {text}</translation>
    </message>
    <message>
        <source>Diagnostics copied: no name, number or path of a study.</source>
        <translation>Diagnoseangaben kopiert: ohne Name, Nummer oder Pfad einer Studie.</translation>
    </message>
    <message>
        <source>Disagreement of label and detector</source>
        <translation>Abweichung von Label und Detektor</translation>
    </message>
    <message>
        <source>Distance</source>
        <translation>Strecke</translation>
    </message>
    <message>
        <source>Do not show it</source>
        <translation>Nicht zeigen</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Erledigt</translation>
    </message>
    <message>
        <source>Done again: {what}</source>
        <translation>Wiederholt: {what}</translation>
    </message>
    <message>
        <source>Done or not</source>
        <translation>Erledigt oder nicht</translation>
    </message>
    <message>
        <source>Double click</source>
        <translation>Doppelklick</translation>
    </message>
    <message>
        <source>Download again</source>
        <translation>Erneut herunterladen</translation>
    </message>
    <message>
        <source>Download and open</source>
        <translation>Herunterladen und öffnen</translation>
    </message>
    <message>
        <source>Draw a new finding</source>
        <translation>Neuen Befund einzeichnen</translation>
    </message>
    <message>
        <source>Draw the finding&apos;s box on this slice</source>
        <translation>Box des Befunds auf dieser Schicht zeichnen</translation>
    </message>
    <message>
        <source>Drop a CT folder or file here</source>
        <translation>CT-Ordner oder -Datei hierher ziehen</translation>
    </message>
    <message>
        <source>Edit box</source>
        <translation>Box bearbeiten</translation>
    </message>
    <message>
        <source>Edit long and short axis</source>
        <translation>Lang- und Kurzachse bearbeiten</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>Ellipse</translation>
    </message>
    <message>
        <source>Enlarge the finding</source>
        <translation>Befund vergrößern</translation>
    </message>
    <message>
        <source>Export review</source>
        <translation>Befundung exportieren</translation>
    </message>
    <message>
        <source>Export review…</source>
        <translation>Befundung exportieren…</translation>
    </message>
    <message>
        <source>Exported to {name}.</source>
        <translation>Exportiert nach {name}.</translation>
    </message>
    <message>
        <source>Exported to {name}: {counted}.</source>
        <translation>Exportiert nach {name}: {counted}.</translation>
    </message>
    <message>
        <source>F&amp;indings</source>
        <translation>Bef&amp;unde</translation>
    </message>
    <message>
        <source>Faster cine</source>
        <translation>Cine schneller</translation>
    </message>
    <message>
        <source>Faults of the series</source>
        <translation>Mängel der Serie</translation>
    </message>
    <message>
        <source>Fetch again</source>
        <translation>Erneut holen</translation>
    </message>
    <message>
        <source>Fewest candidates</source>
        <translation>Wenigste Kandidaten</translation>
    </message>
    <message>
        <source>Files left out</source>
        <translation>Ausgelassene Dateien</translation>
    </message>
    <message>
        <source>Files left out…</source>
        <translation>Ausgelassene Dateien…</translation>
    </message>
    <message>
        <source>Fill the slices between two boxes</source>
        <translation>Schichten zwischen zwei Boxen füllen</translation>
    </message>
    <message>
        <source>Filters</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>Find the archive of the results…</source>
        <translation>Archiv der Ergebnisse suchen…</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>Befunde</translation>
    </message>
    <message>
        <source>First read declared done: the detector&apos;s marks are shown. Undo takes it back.</source>
        <translation>Erste Durchsicht für beendet erklärt: Die Markierungen des Detektors sind sichtbar. Rückgängig nimmt es zurück.</translation>
    </message>
    <message>
        <source>First read is done</source>
        <translation>Erste Durchsicht beendet</translation>
    </message>
    <message>
        <source>First slice</source>
        <translation>Erste Schicht</translation>
    </message>
    <message>
        <source>Fit to window</source>
        <translation>In das Fenster einpassen</translation>
    </message>
    <message>
        <source>Flatter box</source>
        <translation>Flachere Box</translation>
    </message>
    <message>
        <source>Folder of the images</source>
        <translation>Ordner der Bilder</translation>
    </message>
    <message>
        <source>Folder or file in the archive</source>
        <translation>Ordner oder Datei im Archiv</translation>
    </message>
    <message>
        <source>Follow-up</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Follow-up table copied.</source>
        <translation>Verlaufstabelle kopiert.</translation>
    </message>
    <message>
        <source>Follow-up table saved.</source>
        <translation>Verlaufstabelle gespeichert.</translation>
    </message>
    <message>
        <source>For research. Not a medical device; not for diagnosis.</source>
        <translation>Für die Forschung. Kein Medizinprodukt; nicht zur Diagnose.</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>From boxes: the ellipses that fill the boxes. From mask: the pixels that you outlined. By the detector: the pixels that it marked, on slices whose box is as it came. A slice&apos;s share reaches half-way to the slices beside it.</source>
        <translation>Aus Boxen: die Ellipsen, die die Boxen füllen. Aus Maske: die Pixel, die Sie umrissen haben. Vom Detektor: die Pixel, die er markiert hat, auf Schichten mit unveränderter Box. Jede Schicht zählt bis zur halben Strecke zu ihren Nachbarn.</translation>
    </message>
    <message>
        <source>From the next start of the program.</source>
        <translation>Gilt ab dem nächsten Start des Programms.</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Vollbild</translation>
    </message>
    <message>
        <source>Give the archive a name.</source>
        <translation>Geben Sie dem Archiv einen Namen.</translation>
    </message>
    <message>
        <source>Give up</source>
        <translation>Aufgeben</translation>
    </message>
    <message>
        <source>Giving it up …</source>
        <translation>Wird abgebrochen …</translation>
    </message>
    <message>
        <source>Go</source>
        <translation>Gehe zu</translation>
    </message>
    <message>
        <source>Go to slice</source>
        <translation>Gehe zu Schicht</translation>
    </message>
    <message>
        <source>Go to slice…</source>
        <translation>Gehe zu Schicht…</translation>
    </message>
    <message>
        <source>Growth of lesions</source>
        <translation>Wachstum der Läsionen</translation>
    </message>
    <message>
        <source>HU along a line</source>
        <translation>HU entlang einer Linie</translation>
    </message>
    <message>
        <source>HU along the chosen profile</source>
        <translation>HU entlang des gewählten Profils</translation>
    </message>
    <message>
        <source>HU in a rectangle</source>
        <translation>HU in einem Rechteck</translation>
    </message>
    <message>
        <source>HU in an ellipse</source>
        <translation>HU in einer Ellipse</translation>
    </message>
    <message>
        <source>HU profile</source>
        <translation>HU-Profil</translation>
    </message>
    <message>
        <source>Here</source>
        <translation>Hier</translation>
    </message>
    <message>
        <source>Hide all marks</source>
        <translation>Alle Markierungen ausblenden</translation>
    </message>
    <message>
        <source>Highest score</source>
        <translation>Höchster Score</translation>
    </message>
    <message>
        <source>How far the review is</source>
        <translation>Wie weit die Durchsicht ist</translation>
    </message>
    <message>
        <source>How the series differs from what the detector has seen</source>
        <translation>Worin die Serie von dem abweicht, was der Detektor gesehen hat</translation>
    </message>
    <message>
        <source>How this study is read, and for how long: the time pauses in the background, and {n:.0f} s after the last key or movement of the mouse</source>
        <translation>Wie diese Studie gelesen wird und wie lange: Die Zeit pausiert im Hintergrund und {n:.0f} s nach der letzten Taste oder Mausbewegung</translation>
    </message>
    <message>
        <source>I understand</source>
        <translation>Verstanden</translation>
    </message>
    <message>
        <source>Im {n}</source>
        <translation>Bild {n}</translation>
    </message>
    <message>
        <source>Im {n} cannot be shown: {reason}</source>
        <translation>Bild {n} kann nicht gezeigt werden: {reason}</translation>
    </message>
    <message>
        <source>Im {n} is being read …</source>
        <translation>Bild {n} wird gelesen …</translation>
    </message>
    <message>
        <source>Im {n}/{total}</source>
        <translation>Bild {n}/{total}</translation>
    </message>
    <message>
        <source>Im, as on screen: 1 to {last}</source>
        <translation>Bild, wie angezeigt: 1 bis {last}</translation>
    </message>
    <message>
        <source>Image missing</source>
        <translation>Bild fehlt</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Images that came</source>
        <translation>Eingetroffene Bilder</translation>
    </message>
    <message>
        <source>Import corrections</source>
        <translation>Korrekturen importieren</translation>
    </message>
    <message>
        <source>Import corrections (COCO or CSV)…</source>
        <translation>Korrekturen importieren (COCO oder CSV)…</translation>
    </message>
    <message>
        <source>Import labels</source>
        <translation>Labels importieren</translation>
    </message>
    <message>
        <source>Import labels…</source>
        <translation>Labels importieren…</translation>
    </message>
    <message>
        <source>Import reviewed CSV</source>
        <translation>Befundete CSV importieren</translation>
    </message>
    <message>
        <source>Import reviewed CSV…</source>
        <translation>Befundete CSV importieren…</translation>
    </message>
    <message>
        <source>Invert grey levels</source>
        <translation>Graustufen invertieren</translation>
    </message>
    <message>
        <source>Inverted</source>
        <translation>Invertiert</translation>
    </message>
    <message>
        <source>IoU</source>
        <translation>IoU</translation>
    </message>
    <message>
        <source>It is kept in the system&apos;s keyring and nowhere else.</source>
        <translation>Es wird im Schlüsselbund des Systems aufbewahrt und nirgends sonst.</translation>
    </message>
    <message>
        <source>It is the review of the series on show; changed pictures have reviews of their own.</source>
        <translation>Es ist die Befundung der gezeigten Serie; geänderte Bilder haben eigene Befundungen.</translation>
    </message>
    <message>
        <source>Items that are done</source>
        <translation>Erledigte Einträge</translation>
    </message>
    <message>
        <source>Keep this search</source>
        <translation>Diese Suche behalten</translation>
    </message>
    <message>
        <source>Keep this search…</source>
        <translation>Suche behalten …</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Keys and mouse</source>
        <translation>Tasten und Maus</translation>
    </message>
    <message>
        <source>LATER {date}</source>
        <translation>SPÄTER {date}</translation>
    </message>
    <message>
        <source>Label volume</source>
        <translation>Labelvolumen</translation>
    </message>
    <message>
        <source>Labels (*.csv *.tsv *.txt *.json *.nii *.nii.gz *.nrrd *.mha *.mhd *.dcm);;All files (*)</source>
        <translation>Labels (*.csv *.tsv *.txt *.json *.nii *.nii.gz *.nrrd *.mha *.mhd *.dcm);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Larger text</source>
        <translation>Größere Schrift</translation>
    </message>
    <message>
        <source>Largest size in mm</source>
        <translation>Größte Größe in mm</translation>
    </message>
    <message>
        <source>Last slice</source>
        <translation>Letzte Schicht</translation>
    </message>
    <message>
        <source>Left drag</source>
        <translation>Ziehen mit links</translation>
    </message>
    <message>
        <source>Lesion Viewer is for research and teaching. It is not a medical device and must not be used for diagnosis or treatment.</source>
        <translation>Lesion Viewer dient Forschung und Lehre. Es ist kein Medizinprodukt und darf nicht für Diagnose oder Behandlung verwendet werden.</translation>
    </message>
    <message>
        <source>Lesion is new, or gone</source>
        <translation>Läsion ist neu oder verschwunden</translation>
    </message>
    <message>
        <source>Lesion seen by both {both:,} · only by {a} {first:,} · only by {b} {second:,} · by neither {neither:,}
Cohen&apos;s kappa on presence {kappa} · boxes that meet at IoU {min_iou:g}: {matched:,} of {both:,} · mean IoU {mean_iou}
{unsettled:,} to be settled</source>
        <translation>Läsion von beiden gesehen {both:_} · nur von {a} {first:_} · nur von {b} {second:_} · von keinem {neither:_}
Cohens Kappa für das Vorhandensein {kappa} · Boxen, die sich bei IoU {min_iou:g} treffen: {matched:_} von {both:_} · mittlere IoU {mean_iou}
{unsettled:_} zu klären</translation>
    </message>
    <message>
        <source>Lesion type</source>
        <translation>Läsionstyp</translation>
    </message>
    <message>
        <source>Lesion type of the findings that are listed</source>
        <translation>Läsionstyp der gelisteten Befunde</translation>
    </message>
    <message>
        <source>Lesions that were accepted, corrected or added, of the series on show. They are matched by place, up to {limit:.0f} mm apart.</source>
        <translation>Läsionen der gezeigten Serien, die angenommen, korrigiert oder hinzugefügt wurden. Sie werden nach dem Ort zugeordnet, bis {limit:.0f} mm Abstand.</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Verbinden</translation>
    </message>
    <message>
        <source>Linked</source>
        <translation>Verbunden</translation>
    </message>
    <message>
        <source>Liver</source>
        <translation>Leber</translation>
    </message>
    <message>
        <source>Liver {ml} ml by the detector&apos;s outline</source>
        <translation>Leber {ml} ml nach dem Umriss des Detektors</translation>
    </message>
    <message>
        <source>Liver, non-contrast</source>
        <translation>Leber, nativ</translation>
    </message>
    <message>
        <source>Loc {location:.1f} mm</source>
        <translation>Pos {location:.1f} mm</translation>
    </message>
    <message>
        <source>Longest side of the largest candidate in mm</source>
        <translation>Längste Seite des größten Kandidaten in mm</translation>
    </message>
    <message>
        <source>Lower threshold</source>
        <translation>Schwelle senken</translation>
    </message>
    <message>
        <source>Lowest score</source>
        <translation>Niedrigster Score</translation>
    </message>
    <message>
        <source>Lung</source>
        <translation>Lunge</translation>
    </message>
    <message>
        <source>MIP</source>
        <translation>MIP</translation>
    </message>
    <message>
        <source>Magnifier</source>
        <translation>Lupe</translation>
    </message>
    <message>
        <source>Making the demonstration&apos;s study …</source>
        <translation>Die Studie der Demonstration wird erzeugt …</translation>
    </message>
    <message>
        <source>Mark the series as read in full once you have read it.</source>
        <translation>Die Serie als vollständig befundet markieren, sobald sie gelesen ist.</translation>
    </message>
    <message>
        <source>Mask</source>
        <translation>Maske</translation>
    </message>
    <message>
        <source>Match the lesion by place again</source>
        <translation>Läsion wieder nach dem Ort zuordnen</translation>
    </message>
    <message>
        <source>Maximise the view, or show all</source>
        <translation>Ansicht maximieren oder alle zeigen</translation>
    </message>
    <message>
        <source>Mean, MIP and MinIP in turn</source>
        <translation>Mittel, MIP und MinIP im Wechsel</translation>
    </message>
    <message>
        <source>Measure a RECIST pair</source>
        <translation>RECIST-Paar messen</translation>
    </message>
    <message>
        <source>Measure a distance</source>
        <translation>Strecke messen</translation>
    </message>
    <message>
        <source>Measure an angle</source>
        <translation>Winkel messen</translation>
    </message>
    <message>
        <source>Measured by</source>
        <translation>Gemessen an</translation>
    </message>
    <message>
        <source>Measurements</source>
        <translation>Messungen</translation>
    </message>
    <message>
        <source>Measurements are drawn on the slices, which this layout does not show.</source>
        <translation>Messungen werden auf den Schichten gezeichnet, die diese Anordnung nicht zeigt.</translation>
    </message>
    <message>
        <source>Measuring the error</source>
        <translation>Fehler wird gemessen</translation>
    </message>
    <message>
        <source>Mediastinum</source>
        <translation>Mediastinum</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>Menü</translation>
    </message>
    <message>
        <source>Menu of the finding or the picture</source>
        <translation>Menü des Befunds oder des Bildes</translation>
    </message>
    <message>
        <source>Menu of the mark or the picture</source>
        <translation>Menü der Markierung oder des Bildes</translation>
    </message>
    <message>
        <source>Middle drag</source>
        <translation>Ziehen mit der mittleren Taste</translation>
    </message>
    <message>
        <source>MinIP</source>
        <translation>MinIP</translation>
    </message>
    <message>
        <source>Modalities</source>
        <translation>Modalitäten</translation>
    </message>
    <message>
        <source>Modality</source>
        <translation>Modalität</translation>
    </message>
    <message>
        <source>Most candidates</source>
        <translation>Meiste Kandidaten</translation>
    </message>
    <message>
        <source>Mouse</source>
        <translation>Maus</translation>
    </message>
    <message>
        <source>Move box down</source>
        <translation>Box nach unten</translation>
    </message>
    <message>
        <source>Move box left</source>
        <translation>Box nach links</translation>
    </message>
    <message>
        <source>Move box right</source>
        <translation>Box nach rechts</translation>
    </message>
    <message>
        <source>Move box up</source>
        <translation>Box nach oben</translation>
    </message>
    <message>
        <source>NOT THE WHOLE STUDY: {done:,} of {total:,} images are here, and no more will come.</source>
        <translation>NICHT DIE GANZE STUDIE: {done:_} von {total:_} Bildern sind da, und mehr kommen nicht.</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Name of the work list</source>
        <translation>Name der Arbeitsliste</translation>
    </message>
    <message>
        <source>Narrower box</source>
        <translation>Schmalere Box</translation>
    </message>
    <message>
        <source>Neither 30 % less than the baseline nor 20 % and 5 mm over the nadir.</source>
        <translation>Weder 30 % weniger als die Baseline noch 20 % und 5 mm über dem Nadir.</translation>
    </message>
    <message>
        <source>New finding</source>
        <translation>Neuer Befund</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>Neue Taste</translation>
    </message>
    <message>
        <source>New or gone</source>
        <translation>Neu oder weg</translation>
    </message>
    <message>
        <source>New review</source>
        <translation>Neue Befundung</translation>
    </message>
    <message>
        <source>New review of this picture</source>
        <translation>Neue Befundung dieses Bildes</translation>
    </message>
    <message>
        <source>New studies are read</source>
        <translation>Neue Studien werden gelesen</translation>
    </message>
    <message>
        <source>Next series</source>
        <translation>Nächste Serie</translation>
    </message>
    <message>
        <source>Next slice</source>
        <translation>Nächste Schicht</translation>
    </message>
    <message>
        <source>Next slice of the queue</source>
        <translation>Nächste Schicht der Arbeitsliste</translation>
    </message>
    <message>
        <source>Next study of the work list</source>
        <translation>Nächste Studie der Arbeitsliste</translation>
    </message>
    <message>
        <source>Next undecided</source>
        <translation>Nächster offener Befund</translation>
    </message>
    <message>
        <source>Next view</source>
        <translation>Nächste Ansicht</translation>
    </message>
    <message>
        <source>No archive has a name yet: add one.</source>
        <translation>Noch hat kein Archiv einen Namen: Fügen Sie eines hinzu.</translation>
    </message>
    <message>
        <source>No clear edge of a lesion there; nothing was outlined.</source>
        <translation>Kein klarer Rand einer Läsion; nichts wurde umrissen.</translation>
    </message>
    <message>
        <source>No clear edge of a lesion there; the box is unchanged.</source>
        <translation>Kein klarer Läsionsrand; die Box bleibt unverändert.</translation>
    </message>
    <message>
        <source>No description</source>
        <translation>Ohne Beschreibung</translation>
    </message>
    <message>
        <source>No file was left out.</source>
        <translation>Keine Datei wurde ausgelassen.</translation>
    </message>
    <message>
        <source>No finding chosen</source>
        <translation>Kein Befund gewählt</translation>
    </message>
    <message>
        <source>No finding has this status and this type.</source>
        <translation>Kein Befund hat diesen Status und diesen Typ.</translation>
    </message>
    <message>
        <source>No findings yet: run the detector, or draw a box.</source>
        <translation>Noch keine Befunde: den Detektor starten oder eine Box zeichnen.</translation>
    </message>
    <message>
        <source>No lesion of the prior is measurable by RECIST 1.1: there is no target.</source>
        <translation>Keine Läsion der Voruntersuchung ist nach RECIST 1.1 messbar: Es gibt keine Target-Läsion.</translation>
    </message>
    <message>
        <source>No other reader has a review of this project yet.</source>
        <translation>Noch kein anderer Befunder hat eine Befundung dieses Projekts.</translation>
    </message>
    <message>
        <source>No reason given</source>
        <translation>Kein Grund genannt</translation>
    </message>
    <message>
        <source>No series is open.</source>
        <translation>Keine Serie ist geöffnet.</translation>
    </message>
    <message>
        <source>No target lesion is left; lymph nodes are under 10 mm.</source>
        <translation>Keine Target-Läsion ist übrig; Lymphknoten sind unter 10 mm.</translation>
    </message>
    <message>
        <source>No type</source>
        <translation>Ohne Typ</translation>
    </message>
    <message>
        <source>No undecided finding in this series.</source>
        <translation>Kein offener Befund in dieser Serie.</translation>
    </message>
    <message>
        <source>No undecided finding on this slice.</source>
        <translation>Kein offener Befund auf dieser Schicht.</translation>
    </message>
    <message>
        <source>Not a medical device</source>
        <translation>Kein Medizinprodukt</translation>
    </message>
    <message>
        <source>Not linked: the studies are in two frames of reference. Register them, or couple the slices on show.</source>
        <translation>Nicht verbunden: Die Studien haben zwei Bezugssysteme. Registrieren Sie sie, oder koppeln Sie die gezeigten Schichten.</translation>
    </message>
    <message>
        <source>Not part of any series: {n}</source>
        <translation>Zu keiner Serie gehörig: {n}</translation>
    </message>
    <message>
        <source>Not the whole study is on show. {why}</source>
        <translation>Was zu sehen ist, ist nicht die ganze Studie. {why}</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Nothing is left of the list: clear its filters for more.</source>
        <translation>In der Liste ist nichts mehr offen: ohne ihre Filter zeigt sie mehr.</translation>
    </message>
    <message>
        <source>Nothing is left of the work list: search again for more.</source>
        <translation>Von der Arbeitsliste ist nichts übrig: Suchen Sie erneut nach mehr.</translation>
    </message>
    <message>
        <source>Nothing opened yet</source>
        <translation>Noch nichts geöffnet</translation>
    </message>
    <message>
        <source>Nothing to redo.</source>
        <translation>Nichts zu wiederholen.</translation>
    </message>
    <message>
        <source>Nothing to undo.</source>
        <translation>Nichts rückgängig zu machen.</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>Jetzt</translation>
    </message>
    <message>
        <source>Now mm</source>
        <translation>Jetzt mm</translation>
    </message>
    <message>
        <source>Number of the slice</source>
        <translation>Nummer der Schicht</translation>
    </message>
    <message>
        <source>Of a former picture: {n} findings.</source>
        <translation>Von einem früheren Bild: {n} Befunde.</translation>
    </message>
    <message>
        <source>One view alone, and all again</source>
        <translation>Eine Ansicht allein, und wieder alle</translation>
    </message>
    <message>
        <source>Only a second reader&apos;s first read is declared done.</source>
        <translation>Nur die erste Durchsicht eines Zweitlesers wird für beendet erklärt.</translation>
    </message>
    <message>
        <source>Only what is not done</source>
        <translation>Nur, was nicht fertig ist</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open a labelling project first.</source>
        <translation>Zuerst ein Annotationsprojekt öffnen.</translation>
    </message>
    <message>
        <source>Open a prior first.</source>
        <translation>Öffnen Sie zuerst eine Voruntersuchung.</translation>
    </message>
    <message>
        <source>Open a study first.</source>
        <translation>Zuerst eine Studie öffnen.</translation>
    </message>
    <message>
        <source>Open a study first: a prior is shown beside it.</source>
        <translation>Öffnen Sie zuerst eine Studie: Die Voruntersuchung wird daneben gezeigt.</translation>
    </message>
    <message>
        <source>Open file</source>
        <translation>Datei öffnen</translation>
    </message>
    <message>
        <source>Open file…</source>
        <translation>Datei öffnen…</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>Ordner öffnen…</translation>
    </message>
    <message>
        <source>Open it</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open labelling project…</source>
        <translation>Annotationsprojekt öffnen…</translation>
    </message>
    <message>
        <source>Open prior file…</source>
        <translation>Datei als Voruntersuchung öffnen…</translation>
    </message>
    <message>
        <source>Open prior: file</source>
        <translation>Voruntersuchung öffnen: Datei</translation>
    </message>
    <message>
        <source>Open prior: folder</source>
        <translation>Voruntersuchung öffnen: Ordner</translation>
    </message>
    <message>
        <source>Open prior…</source>
        <translation>Voruntersuchung öffnen…</translation>
    </message>
    <message>
        <source>Open recent</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>Open the demonstration</source>
        <translation>Demonstration öffnen</translation>
    </message>
    <message>
        <source>Open the results of a screening first.</source>
        <translation>Zuerst die Ergebnisse einer Archivsuche öffnen.</translation>
    </message>
    <message>
        <source>Opened before</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>Opening the review …</source>
        <translation>Die Befundung wird geöffnet …</translation>
    </message>
    <message>
        <source>Opening {name} …</source>
        <translation>{name} wird geöffnet …</translation>
    </message>
    <message>
        <source>Order of the queue</source>
        <translation>Reihenfolge der Arbeitsliste</translation>
    </message>
    <message>
        <source>Origin</source>
        <translation>Herkunft</translation>
    </message>
    <message>
        <source>Our AE title</source>
        <translation>Unser AE-Titel</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Outline the finding, for its volume</source>
        <translation>Befund umreißen, für sein Volumen</translation>
    </message>
    <message>
        <source>Outlined on {n} of {total} slices.</source>
        <translation>Auf {n} von {total} Schichten umrissen.</translation>
    </message>
    <message>
        <source>Outlines</source>
        <translation>Umrisse</translation>
    </message>
    <message>
        <source>P&amp;rior</source>
        <translation>V&amp;oruntersuchung</translation>
    </message>
    <message>
        <source>PACS-like mouse (right drag = window)</source>
        <translation>Maus wie im PACS (Ziehen mit rechts = Fensterung)</translation>
    </message>
    <message>
        <source>PRIOR {date}</source>
        <translation>VOR {date}</translation>
    </message>
    <message>
        <source>Pair</source>
        <translation>Paaren</translation>
    </message>
    <message>
        <source>Pair the chosen lesions</source>
        <translation>Gewählte Läsionen paaren</translation>
    </message>
    <message>
        <source>Pan</source>
        <translation>Verschieben</translation>
    </message>
    <message>
        <source>Password or token</source>
        <translation>Passwort oder Token</translation>
    </message>
    <message>
        <source>Patient</source>
        <translation>Patient</translation>
    </message>
    <message>
        <source>Patient ID</source>
        <translation>Patienten-ID</translation>
    </message>
    <message>
        <source>Patient name</source>
        <translation>Patientenname</translation>
    </message>
    <message>
        <source>Patient unknown: a study gives no Patient ID, so it may be of somebody else.</source>
        <translation>Patient unbekannt: Eine Untersuchung nennt keine Patient ID, sie kann von jemand anderem sein.</translation>
    </message>
    <message>
        <source>Patient {n}</source>
        <translation>Patient {n}</translation>
    </message>
    <message>
        <source>Patients</source>
        <translation>Patienten</translation>
    </message>
    <message>
        <source>Patients, such as 62, 78</source>
        <translation>Patienten, etwa 62, 78</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Picture in a window of its own</source>
        <translation>Bild in eigenem Fenster</translation>
    </message>
    <message>
        <source>Picture of the prior</source>
        <translation>Bild der Voruntersuchung</translation>
    </message>
    <message>
        <source>Place the crosshair with the left button</source>
        <translation>Fadenkreuz mit der linken Taste setzen</translation>
    </message>
    <message>
        <source>Places to be settled</source>
        <translation>Zu klärende Stellen</translation>
    </message>
    <message>
        <source>Possibly noisy only</source>
        <translation>Nur fragliche</translation>
    </message>
    <message>
        <source>Preview of the report</source>
        <translation>Vorschau des Berichts</translation>
    </message>
    <message>
        <source>Previous series</source>
        <translation>Vorige Serie</translation>
    </message>
    <message>
        <source>Previous slice</source>
        <translation>Vorige Schicht</translation>
    </message>
    <message>
        <source>Previous slice of the queue</source>
        <translation>Vorige Schicht der Arbeitsliste</translation>
    </message>
    <message>
        <source>Previous undecided</source>
        <translation>Voriger offener Befund</translation>
    </message>
    <message>
        <source>Prior</source>
        <translation>Vor</translation>
    </message>
    <message>
        <source>Prior mm</source>
        <translation>Vor mm</translation>
    </message>
    <message>
        <source>Progress of the registration</source>
        <translation>Fortschritt der Registrierung</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Arbeitsliste</translation>
    </message>
    <message>
        <source>Queue: {done:,} of {total:,} slices searched</source>
        <translation>Arbeitsliste: {done:_} von {total:_} Schichten abgesucht</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>RECIST 1.1 sums five targets at most, two of an organ.</source>
        <translation>RECIST 1.1 summiert höchstens fünf Target-Läsionen, zwei je Organ.</translation>
    </message>
    <message>
        <source>RECIST 1.1: {category}.</source>
        <translation>RECIST 1.1: {category}.</translation>
    </message>
    <message>
        <source>RECIST pair</source>
        <translation>RECIST-Paar</translation>
    </message>
    <message>
        <source>Raise threshold</source>
        <translation>Schwelle anheben</translation>
    </message>
    <message>
        <source>Random</source>
        <translation>Zufällig</translation>
    </message>
    <message>
        <source>Read as second reader: marks after the first read</source>
        <translation>Mit Zweitleser lesen: Markierungen nach der ersten Durchsicht</translation>
    </message>
    <message>
        <source>Read blind: marks without scores</source>
        <translation>Blind lesen: Markierungen ohne Werte</translation>
    </message>
    <message>
        <source>Read concurrently: marks at once</source>
        <translation>Gleichzeitig lesen: Markierungen sofort</translation>
    </message>
    <message>
        <source>Read the results again</source>
        <translation>Ergebnisse neu einlesen</translation>
    </message>
    <message>
        <source>Read-only, the detector does not run: {reason}.</source>
        <translation>Nur Lesen, der Detektor läuft nicht: {reason}.</translation>
    </message>
    <message>
        <source>Read-only: {reason}. The findings are shown as they stand now, and nothing that is done here is recorded.</source>
        <translation>Nur Lesen: {reason}. Die Befunde werden gezeigt, wie sie jetzt stehen; was hier geschieht, wird nicht aufgezeichnet.</translation>
    </message>
    <message>
        <source>Reader</source>
        <translation>Befunder</translation>
    </message>
    <message>
        <source>Reader: {name}</source>
        <translation>Befunder: {name}</translation>
    </message>
    <message>
        <source>Readers see each other&apos;s decisions once both are done: {own:,} slices are left to you, {others:,} to the other.</source>
        <translation>Befunder sehen die Entscheidungen des anderen, wenn beide fertig sind: Ihnen bleiben {own:_} Schichten, dem anderen {others:_}.</translation>
    </message>
    <message>
        <source>Reading headers of the prior: {done} of {total} files</source>
        <translation>Kopfdaten der Voruntersuchung werden gelesen: {done} von {total} Dateien</translation>
    </message>
    <message>
        <source>Reading headers: {done} of {total} files</source>
        <translation>Header werden gelesen: {done} von {total} Dateien</translation>
    </message>
    <message>
        <source>Reading the prior …</source>
        <translation>Voruntersuchung wird gelesen …</translation>
    </message>
    <message>
        <source>Reading the slices</source>
        <translation>Schichten werden gelesen</translation>
    </message>
    <message>
        <source>Reading the study …</source>
        <translation>Die Studie wird gelesen …</translation>
    </message>
    <message>
        <source>Readings</source>
        <translation>Lesungen</translation>
    </message>
    <message>
        <source>Reason or note</source>
        <translation>Grund oder Notiz</translation>
    </message>
    <message>
        <source>Receive by C-MOVE on</source>
        <translation>Per C-MOVE empfangen auf</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>Rechteck</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Redo {what}</source>
        <translation>Wiederholen: {what}</translation>
    </message>
    <message>
        <source>Register</source>
        <translation>Registrieren</translation>
    </message>
    <message>
        <source>Register the prior, or stop</source>
        <translation>Voruntersuchung registrieren oder anhalten</translation>
    </message>
    <message>
        <source>Registered (rigid): residual not measurable, back and forth {mm:.1f} mm.</source>
        <translation>Registriert (starr): Restfehler nicht messbar, hin und zurück {mm:.1f} mm.</translation>
    </message>
    <message>
        <source>Registered (rigid): residual {median:.1f} mm, 95 % within {largest:.1f} mm; back and forth {mm:.1f} mm.</source>
        <translation>Registriert (starr): Restfehler {median:.1f} mm, 95 % bis {largest:.1f} mm; hin und zurück {mm:.1f} mm.</translation>
    </message>
    <message>
        <source>Registering</source>
        <translation>Registrierung</translation>
    </message>
    <message>
        <source>Registering backward</source>
        <translation>Registrierung zurück</translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Reject reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Reject with a reason…</source>
        <translation>Mit Begründung verwerfen…</translation>
    </message>
    <message>
        <source>Remember what was opened after the program ends</source>
        <translation>Geöffnetes über das Programmende hinaus merken</translation>
    </message>
    <message>
        <source>Remove the chosen measurement</source>
        <translation>Gewählte Messung entfernen</translation>
    </message>
    <message>
        <source>Remove the finding&apos;s box on this slice</source>
        <translation>Box des Befunds auf dieser Schicht entfernen</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Report copied as text: {lesions}.</source>
        <translation>Bericht als Text kopiert: {lesions}.</translation>
    </message>
    <message>
        <source>Report written to {file}: {lesions}.</source>
        <translation>Bericht nach {file} geschrieben: {lesions}.</translation>
    </message>
    <message>
        <source>Report…</source>
        <translation>Bericht…</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>Alle zurücksetzen</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Befundung</translation>
    </message>
    <message>
        <source>Reviewed CSV or COCO (*.csv *.json)</source>
        <translation>Befundete CSV oder COCO (*.csv *.json)</translation>
    </message>
    <message>
        <source>Right click</source>
        <translation>Rechtsklick</translation>
    </message>
    <message>
        <source>Right drag</source>
        <translation>Ziehen mit rechts</translation>
    </message>
    <message>
        <source>Rigid registration: {apart}; forward and backward differ by {mean:.1f} mm (at most {most:.1f} mm); correlation {correlation:.2f}; overlap {overlap:.0f} %. Organs that breathing moves are further apart.</source>
        <translation>Starre Registrierung: {apart}; hin und zurück weichen um {mean:.1f} mm ab (höchstens {most:.1f} mm); Korrelation {correlation:.2f}; Überlappung {overlap:.0f} %. Organe, die die Atmung bewegt, liegen weiter auseinander.</translation>
    </message>
    <message>
        <source>Rock</source>
        <translation>Pendeln</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Run or stop the detector</source>
        <translation>Detektor starten oder anhalten</translation>
    </message>
    <message>
        <source>Run the detector when a series is opened</source>
        <translation>Detektor beim Öffnen einer Serie starten</translation>
    </message>
    <message>
        <source>Sagittal</source>
        <translation>Sagittal</translation>
    </message>
    <message>
        <source>Same frame of reference: linked by position, without a registration.</source>
        <translation>Gleiches Bezugssystem: über die Lage verbunden, ohne Registrierung.</translation>
    </message>
    <message>
        <source>Save a window preset</source>
        <translation>Fensterung speichern</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Speichern unter…</translation>
    </message>
    <message>
        <source>Save report</source>
        <translation>Bericht speichern</translation>
    </message>
    <message>
        <source>Save the follow-up table</source>
        <translation>Verlaufstabelle speichern</translation>
    </message>
    <message>
        <source>Save the follow-up table…</source>
        <translation>Verlaufstabelle speichern…</translation>
    </message>
    <message>
        <source>Save this window as a preset…</source>
        <translation>Diese Fensterung speichern…</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Speichern…</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>Score</translation>
    </message>
    <message>
        <source>Score of the best candidate</source>
        <translation>Score des besten Kandidaten</translation>
    </message>
    <message>
        <source>Scroll the prior along</source>
        <translation>Voruntersuchung mitblättern</translation>
    </message>
    <message>
        <source>Scrolling together is off.</source>
        <translation>Gemeinsames Blättern ist aus.</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search all slices of the queue, or stop</source>
        <translation>Alle Schichten der Arbeitsliste absuchen, oder anhalten</translation>
    </message>
    <message>
        <source>Search an archive</source>
        <translation>Archiv durchsuchen</translation>
    </message>
    <message>
        <source>Search an archive first, or open a work list.</source>
        <translation>Durchsuchen Sie erst ein Archiv, oder öffnen Sie eine Arbeitsliste.</translation>
    </message>
    <message>
        <source>Search an archive…</source>
        <translation>Archiv durchsuchen…</translation>
    </message>
    <message>
        <source>Search everywhere, not only in the liver</source>
        <translation>Überall suchen, nicht nur in der Leber</translation>
    </message>
    <message>
        <source>Search for an action or a key</source>
        <translation>Aktion oder Taste suchen</translation>
    </message>
    <message>
        <source>Second reader: first read done</source>
        <translation>Zweitleser: erste Durchsicht beendet</translation>
    </message>
    <message>
        <source>Second reader: marks hidden</source>
        <translation>Zweitleser: Markierungen verborgen</translation>
    </message>
    <message>
        <source>Second reader: what the detector finds is hidden until you declare the first read done.</source>
        <translation>Zweitleser: Was der Detektor findet, bleibt verborgen, bis Sie die erste Durchsicht für beendet erklären.</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>Send the review to an archive</source>
        <translation>Befundung an ein Archiv senden</translation>
    </message>
    <message>
        <source>Send the review to the archive</source>
        <translation>Befundung an das Archiv senden</translation>
    </message>
    <message>
        <source>Series</source>
        <translation>Serien</translation>
    </message>
    <message>
        <source>Series of the prior</source>
        <translation>Serie der Voruntersuchung</translation>
    </message>
    <message>
        <source>Series of the results</source>
        <translation>Serien der Ergebnisse</translation>
    </message>
    <message>
        <source>Series read in full</source>
        <translation>Serie vollständig befundet</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>Einstellungen…</translation>
    </message>
    <message>
        <source>Settle in a third reading</source>
        <translation>In dritter Befundung klären</translation>
    </message>
    <message>
        <source>Shift + left drag</source>
        <translation>Umschalt + Ziehen mit links</translation>
    </message>
    <message>
        <source>Show it all the same</source>
        <translation>Trotzdem zeigen</translation>
    </message>
    <message>
        <source>Show list</source>
        <translation>Liste zeigen</translation>
    </message>
    <message>
        <source>Show or hide the filters</source>
        <translation>Filter ein- oder ausblenden</translation>
    </message>
    <message>
        <source>Show rejected findings</source>
        <translation>Verworfene Befunde zeigen</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Anmelden</translation>
    </message>
    <message>
        <source>Sign in as…</source>
        <translation>Anmelden als…</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Size of text</source>
        <translation>Schriftgröße</translation>
    </message>
    <message>
        <source>Size {unit}</source>
        <translation>Größe {unit}</translation>
    </message>
    <message>
        <source>Slab as the maximum (MIP)</source>
        <translation>Maximum der dicken Schicht (MIP)</translation>
    </message>
    <message>
        <source>Slab as the mean</source>
        <translation>Mittel der dicken Schicht</translation>
    </message>
    <message>
        <source>Slab as the minimum (MinIP)</source>
        <translation>Minimum der dicken Schicht (MinIP)</translation>
    </message>
    <message>
        <source>Slice</source>
        <translation>Schicht</translation>
    </message>
    <message>
        <source>Slice read in full</source>
        <translation>Schicht vollständig befundet</translation>
    </message>
    <message>
        <source>Slices</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>Slices and two planes</source>
        <translation>Schichten und zwei Ebenen</translation>
    </message>
    <message>
        <source>Slices as they are stored</source>
        <translation>Schichten wie gespeichert</translation>
    </message>
    <message>
        <source>Slices that the detector has searched</source>
        <translation>Vom Detektor abgesuchte Schichten</translation>
    </message>
    <message>
        <source>Slices. From left to right: the liver; loaded (grey), searched (blue) and unreadable (red); read in full (green); findings, each with the sign of its status at its best slice.</source>
        <translation>Schichten. Von links nach rechts: die Leber; gelesen (grau), abgesucht (blau) und nicht lesbar (rot); vollständig befundet (grün); Befunde, jeder mit dem Zeichen seines Status auf seiner besten Schicht.</translation>
    </message>
    <message>
        <source>Slower cine</source>
        <translation>Cine langsamer</translation>
    </message>
    <message>
        <source>Smaller text</source>
        <translation>Kleinere Schrift</translation>
    </message>
    <message>
        <source>Smallest size in mm</source>
        <translation>Kleinste Größe in mm</translation>
    </message>
    <message>
        <source>Smooth between voxels</source>
        <translation>Zwischen Voxeln glätten</translation>
    </message>
    <message>
        <source>Snap the box to the lesion&apos;s edge</source>
        <translation>Box an den Läsionsrand legen</translation>
    </message>
    <message>
        <source>Soft tissue</source>
        <translation>Weichteile</translation>
    </message>
    <message>
        <source>Spacing unknown</source>
        <translation>Abstände unbekannt</translation>
    </message>
    <message>
        <source>Speed of the cine</source>
        <translation>Geschwindigkeit des Cine</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Status of the findings that are listed</source>
        <translation>Status der gelisteten Befunde</translation>
    </message>
    <message>
        <source>Still arriving from {archive}: {done:,} of {total:,} images. Marking and the detector begin once the study is whole.</source>
        <translation>Kommt noch von {archive}: {done:_} von {total:_} Bildern. Markieren und Detektor beginnen, sobald die Studie vollständig ist.</translation>
    </message>
    <message>
        <source>Still arriving, not the whole study: {done:,} of {total:,} images are here.</source>
        <translation>Kommt noch, nicht die ganze Studie: {done:_} von {total:_} Bildern sind da.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Studies alone can be read so: the queue of a labelling project tells what the detector found.</source>
        <translation>Nur Studien können so gelesen werden: Die Arbeitsliste eines Projekts verrät, was der Detektor gefunden hat.</translation>
    </message>
    <message>
        <source>Studies found</source>
        <translation>Gefundene Studien</translation>
    </message>
    <message>
        <source>Study {n}</source>
        <translation>Studie {n}</translation>
    </message>
    <message>
        <source>Sum of diameters of {n} targets: {before} mm → {now} mm ({change} % from the prior, which counts as baseline and nadir).</source>
        <translation>Summe der Durchmesser von {n} Target-Läsionen: {before} mm → {now} mm ({change} % gegenüber der Voruntersuchung, die als Baseline und Nadir gilt).</translation>
    </message>
    <message>
        <source>Taller box</source>
        <translation>Höhere Box</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Target</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>The &amp;file&apos;s {word} number: {span}</source>
        <translation>&amp;Nummer in der Datei ({word}): {span}</translation>
    </message>
    <message>
        <source>The demonstration cannot be written: {reason}</source>
        <translation>Die Demonstration kann nicht geschrieben werden: {reason}</translation>
    </message>
    <message>
        <source>The detector does not start by itself; start it by hand.</source>
        <translation>Der Detektor startet nicht von selbst; starten Sie ihn von Hand.</translation>
    </message>
    <message>
        <source>The detector has answered every slice of the queue.</source>
        <translation>Der Detektor hat jede Schicht der Arbeitsliste beantwortet.</translation>
    </message>
    <message>
        <source>The detector has answered {n:,} slices</source>
        <translation>Der Detektor hat {n:_} Schichten beantwortet</translation>
    </message>
    <message>
        <source>The detector left out {count} slices, the first is Im {n}: {reason}</source>
        <translation>Der Detektor ließ {count} Schichten aus, die erste ist Bild {n}: {reason}</translation>
    </message>
    <message>
        <source>The detector&apos;s outlines</source>
        <translation>Umrisse des Detektors</translation>
    </message>
    <message>
        <source>The download was given up; no half study was kept.</source>
        <translation>Das Herunterladen wurde abgebrochen; keine halbe Studie wurde behalten.</translation>
    </message>
    <message>
        <source>The file gives no window of its own.</source>
        <translation>Die Datei gibt keine eigene Fensterung an.</translation>
    </message>
    <message>
        <source>The file&apos;s own window</source>
        <translation>Fensterung der Datei</translation>
    </message>
    <message>
        <source>The finding already has a box on Im {n}.</source>
        <translation>Der Befund hat auf Bild {n} schon eine Box.</translation>
    </message>
    <message>
        <source>The first read has been declared done.</source>
        <translation>Die erste Durchsicht ist bereits für beendet erklärt.</translation>
    </message>
    <message>
        <source>The image of Im {n} is missing.</source>
        <translation>Das Bild {n} fehlt.</translation>
    </message>
    <message>
        <source>The name that is written into every decision.</source>
        <translation>Der Name, der in jede Entscheidung geschrieben wird.</translation>
    </message>
    <message>
        <source>The opened path holds no other study than the one on show.</source>
        <translation>Der geöffnete Pfad enthält keine andere Studie als die gezeigte.</translation>
    </message>
    <message>
        <source>The other study does not reach this slice.</source>
        <translation>Die andere Studie reicht nicht bis zu dieser Schicht.</translation>
    </message>
    <message>
        <source>The prior has no review: there are no lesions to compare with.</source>
        <translation>Die Voruntersuchung hat keine Befundung: Es gibt keine Läsionen zum Vergleich.</translation>
    </message>
    <message>
        <source>The prior&apos;s review cannot be read: {problem}</source>
        <translation>Die Befundung der Voruntersuchung kann nicht gelesen werden: {problem}</translation>
    </message>
    <message>
        <source>The queue ends here.</source>
        <translation>Die Arbeitsliste endet hier.</translation>
    </message>
    <message>
        <source>The review is sent to {archive} …</source>
        <translation>Die Befundung wird an {archive} gesendet …</translation>
    </message>
    <message>
        <source>The review is still being sent.</source>
        <translation>Die Befundung wird noch gesendet.</translation>
    </message>
    <message>
        <source>The review of a study can be sent: open one first.</source>
        <translation>Die Befundung einer Studie kann gesendet werden: Öffnen Sie zuerst eine.</translation>
    </message>
    <message>
        <source>The review on show was made on this picture; no new one is needed.</source>
        <translation>Die gezeigte Befundung entstand an diesem Bild; eine neue ist nicht nötig.</translation>
    </message>
    <message>
        <source>The search is stopped; what was found is kept.</source>
        <translation>Die Suche ist angehalten; was gefunden wurde, bleibt.</translation>
    </message>
    <message>
        <source>The search was given up.</source>
        <translation>Die Suche wurde abgebrochen.</translation>
    </message>
    <message>
        <source>The settings then hold paths; a folder may be named after a patient.</source>
        <translation>Die Einstellungen enthalten dann Pfade; ein Ordner kann nach einem Patienten benannt sein.</translation>
    </message>
    <message>
        <source>The slice is still being read.</source>
        <translation>Die Schicht wird noch gelesen.</translation>
    </message>
    <message>
        <source>The slices alone</source>
        <translation>Nur die Schichten</translation>
    </message>
    <message>
        <source>The study beside is later than the one on show: growth is worked out only from an earlier study. Open the later one, and this one as its prior.</source>
        <translation>Die Untersuchung daneben ist später als die gezeigte: Wachstum wird nur gegenüber einer früheren berechnet. Öffnen Sie die spätere, und diese als deren Voruntersuchung.</translation>
    </message>
    <message>
        <source>The study beside is later than the one on show: no growth is worked out.</source>
        <translation>Die Untersuchung daneben ist später als die gezeigte: Wachstum wird nicht berechnet.</translation>
    </message>
    <message>
        <source>The study came whole.</source>
        <translation>Die Studie ist vollständig gekommen.</translation>
    </message>
    <message>
        <source>The study from {archive} is here as a whole.</source>
        <translation>Die Studie von {archive} ist vollständig da.</translation>
    </message>
    <message>
        <source>The study is fetched from {archive} …</source>
        <translation>Die Studie wird von {archive} geholt …</translation>
    </message>
    <message>
        <source>The study is not here as a whole: marking, the detector, planes and slabs begin once it is.</source>
        <translation>Die Studie ist nicht vollständig da: Markieren, Detektor, Ebenen und Schichtdicken beginnen, sobald sie es ist.</translation>
    </message>
    <message>
        <source>The study of another patient was not opened.</source>
        <translation>Die Untersuchung eines anderen Patienten wurde nicht geöffnet.</translation>
    </message>
    <message>
        <source>The sum of diameters is not known.</source>
        <translation>Die Summe der Durchmesser ist nicht bekannt.</translation>
    </message>
    <message>
        <source>The work list {name} is kept.</source>
        <translation>Die Arbeitsliste {name} wird behalten.</translation>
    </message>
    <message>
        <source>There are no other planes: the files do not say how the slices lie in the patient.</source>
        <translation>Es gibt keine weiteren Ebenen: Die Dateien sagen nicht, wie die Schichten im Patienten liegen.</translation>
    </message>
    <message>
        <source>There is a preset {name} already.</source>
        <translation>Es gibt schon eine Voreinstellung {name}.</translation>
    </message>
    <message>
        <source>There is no Im {n} in this series: it has 1 to {last}.</source>
        <translation>Diese Serie hat kein Bild {n}: sie hat 1 bis {last}.</translation>
    </message>
    <message>
        <source>There is no follow-up table to save.</source>
        <translation>Es gibt keine Verlaufstabelle zu speichern.</translation>
    </message>
    <message>
        <source>There is no further slice.</source>
        <translation>Es gibt keine weitere Schicht.</translation>
    </message>
    <message>
        <source>There is no password: this program runs on your own computer, and whoever can open the files can read them. The name goes into every decision, and every reader has a review of their own and does not see the other&apos;s until both are done.</source>
        <translation>Es gibt kein Passwort: Das Programm läuft auf Ihrem eigenen Rechner, und wer die Dateien öffnen kann, kann sie lesen. Der Name steht in jeder Entscheidung; jeder Befunder hat seine eigene Befundung und sieht die des anderen erst, wenn beide fertig sind.</translation>
    </message>
    <message>
        <source>There is no review of the study on show: no growth is worked out.</source>
        <translation>Die gezeigte Untersuchung hat keine Befundung: Wachstum wird nicht berechnet.</translation>
    </message>
    <message>
        <source>There is no review: open a study first.</source>
        <translation>Es gibt keine Befundung: zuerst eine Studie öffnen.</translation>
    </message>
    <message>
        <source>There is no {word} number {n} in this series: it has {span}.</source>
        <translation>Diese Serie hat keine Nummer {n} ({word}): sie hat {span}.</translation>
    </message>
    <message>
        <source>These axes belong to a finding&apos;s box: remove the box.</source>
        <translation>Diese Achsen gehören zur Box eines Befunds: die Box entfernen.</translation>
    </message>
    <message>
        <source>Thicker slab</source>
        <translation>Dickere Schicht</translation>
    </message>
    <message>
        <source>Thinner slab</source>
        <translation>Dünnere Schicht</translation>
    </message>
    <message>
        <source>Third reader</source>
        <translation>Dritter Befunder</translation>
    </message>
    <message>
        <source>This is the last slice that is left.</source>
        <translation>Dies ist die letzte Schicht, die übrig ist.</translation>
    </message>
    <message>
        <source>Three planes and a slab</source>
        <translation>Drei Ebenen und eine dicke Schicht</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>Schwelle</translation>
    </message>
    <message>
        <source>To do</source>
        <translation>Offen</translation>
    </message>
    <message>
        <source>To do and done</source>
        <translation>Offen und erledigt</translation>
    </message>
    <message>
        <source>To the next panel</source>
        <translation>Zum nächsten Feld</translation>
    </message>
    <message>
        <source>To the previous panel</source>
        <translation>Zum vorigen Feld</translation>
    </message>
    <message>
        <source>Toolbar</source>
        <translation>Werkzeugleiste</translation>
    </message>
    <message>
        <source>Trusted certificates (PEM)</source>
        <translation>Vertraute Zertifikate (PEM)</translation>
    </message>
    <message>
        <source>Turn back at the ends, in place of beginning anew</source>
        <translation>An den Enden umkehren, statt neu zu beginnen</translation>
    </message>
    <message>
        <source>Two patients</source>
        <translation>Zwei Patienten</translation>
    </message>
    <message>
        <source>Two patients: the Patient IDs of the two studies differ.</source>
        <translation>Zwei Patienten: Die Patient IDs der beiden Untersuchungen sind verschieden.</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>Type a slice number.</source>
        <translation>Eine Schichtnummer eingeben.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Undo {what}</source>
        <translation>Rückgängig: {what}</translation>
    </message>
    <message>
        <source>Undone: {what}</source>
        <translation>Rückgängig gemacht: {what}</translation>
    </message>
    <message>
        <source>Unexpected error, the review is kept: {error}</source>
        <translation>Unerwarteter Fehler, die Befundung bleibt erhalten: {error}</translation>
    </message>
    <message>
        <source>Unexpected error: {error}</source>
        <translation>Unerwarteter Fehler: {error}</translation>
    </message>
    <message>
        <source>Unlike what {detector} has seen: {differences}.</source>
        <translation>Anders als das, was {detector} gesehen hat: {differences}.</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>Unsicher</translation>
    </message>
    <message>
        <source>Use no key</source>
        <translation>Keine Taste</translation>
    </message>
    <message>
        <source>Use only this key</source>
        <translation>Nur diese Taste</translation>
    </message>
    <message>
        <source>Use this key as well</source>
        <translation>Diese Taste auch</translation>
    </message>
    <message>
        <source>User (DICOMweb)</source>
        <translation>Benutzer (DICOMweb)</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Volume {ml} ml, by the detector on {n} slices</source>
        <translation>Volumen {ml} ml, vom Detektor auf {n} Schichten</translation>
    </message>
    <message>
        <source>Volume {ml} ml, from boxes on {n} slices</source>
        <translation>Volumen {ml} ml, aus Boxen auf {n} Schichten</translation>
    </message>
    <message>
        <source>Volume {ml} ml, from mask on {n} slices</source>
        <translation>Volumen {ml} ml, aus Maske auf {n} Schichten</translation>
    </message>
    <message>
        <source>Volume {ml} ml, in part by the detector, on {n} slices</source>
        <translation>Volumen {ml} ml, zum Teil vom Detektor, auf {n} Schichten</translation>
    </message>
    <message>
        <source>W {width:g}  L {level:g}</source>
        <translation>W {width:g}  L {level:g}</translation>
    </message>
    <message>
        <source>What became of the series</source>
        <translation>Was aus der Serie wurde</translation>
    </message>
    <message>
        <source>What became of the series, or its fault</source>
        <translation>Was aus der Serie wurde, oder ihr Mangel</translation>
    </message>
    <message>
        <source>What {name} would change</source>
        <translation>Was {name} ändern würde</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>Mausrad</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Wo</translation>
    </message>
    <message>
        <source>Where is {archive} now?</source>
        <translation>Wo ist {archive} jetzt?</translation>
    </message>
    <message>
        <source>Wider box</source>
        <translation>Breitere Box</translation>
    </message>
    <message>
        <source>Width {width} HU, level {level} HU</source>
        <translation>Breite {width} HU, Lage {level} HU</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fensterung</translation>
    </message>
    <message>
        <source>Window presets</source>
        <translation>Voreingestellte Fensterungen</translation>
    </message>
    <message>
        <source>Window presets…</source>
        <translation>Voreingestellte Fensterungen…</translation>
    </message>
    <message>
        <source>Window {n} of {total} that the file gives.</source>
        <translation>Fensterung {n} von {total}, die die Datei angibt.</translation>
    </message>
    <message>
        <source>Window: right is wider, down is a higher level</source>
        <translation>Fensterung: nach rechts breiter, nach unten höhere Lage</translation>
    </message>
    <message>
        <source>With a fault</source>
        <translation>Mit einem Mangel</translation>
    </message>
    <message>
        <source>With and without faults</source>
        <translation>Mit und ohne Mängel</translation>
    </message>
    <message>
        <source>With image</source>
        <translation>Mit Bild</translation>
    </message>
    <message>
        <source>With or without image</source>
        <translation>Mit oder ohne Bild</translation>
    </message>
    <message>
        <source>Without faults</source>
        <translation>Ohne Mängel</translation>
    </message>
    <message>
        <source>Without review: {error}</source>
        <translation>Ohne Befundung: {error}</translation>
    </message>
    <message>
        <source>Work list</source>
        <translation>Arbeitsliste</translation>
    </message>
    <message>
        <source>Write a name.</source>
        <translation>Einen Namen eingeben.</translation>
    </message>
    <message>
        <source>Write a note</source>
        <translation>Notiz schreiben</translation>
    </message>
    <message>
        <source>YYYY-MM-DD</source>
        <translation>JJJJ-MM-TT</translation>
    </message>
    <message>
        <source>You have saved no preset.</source>
        <translation>Es ist keine eigene Voreinstellung gespeichert.</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>Zoom {percent:.0f} %</source>
        <translation>Zoom {percent:.0f} %</translation>
    </message>
    <message>
        <source>abdomen</source>
        <translation>Abdomen</translation>
    </message>
    <message>
        <source>about {n:.1f} false positives per scan expected</source>
        <translation>etwa {n:.1f} falsch positive je Scan erwartet</translation>
    </message>
    <message>
        <source>about {time} left</source>
        <translation>noch etwa {time}</translation>
    </message>
    <message>
        <source>accept</source>
        <translation>Annehmen</translation>
    </message>
    <message>
        <source>accepted</source>
        <translation>angenommen</translation>
    </message>
    <message>
        <source>add</source>
        <translation>hinzufügen</translation>
    </message>
    <message>
        <source>add box</source>
        <translation>Box hinzufügen</translation>
    </message>
    <message>
        <source>added</source>
        <translation>ergänzt</translation>
    </message>
    <message>
        <source>all slices searched</source>
        <translation>alle Schichten abgesucht</translation>
    </message>
    <message>
        <source>any</source>
        <translation>beliebig</translation>
    </message>
    <message>
        <source>artefact</source>
        <translation>Artefakt</translation>
    </message>
    <message>
        <source>as measured on {data}</source>
        <translation>gemessen an {data}</translation>
    </message>
    <message>
        <source>as second reader: marks after the first read</source>
        <translation>mit Zweitleser: Markierungen nach der ersten Durchsicht</translation>
    </message>
    <message>
        <source>auto tries what is installed, and takes the fastest.
openvino-bf16 takes half as long, and gives scores that are rounded: now and then by more than 0.05.</source>
        <translation>auto probiert, was installiert ist, und nimmt das Schnellste.
openvino-bf16 braucht halb so lange und rundet die Scores: hin und wieder um mehr als 0.05.</translation>
    </message>
    <message>
        <source>bad box</source>
        <translation>Box falsch</translation>
    </message>
    <message>
        <source>badly placed</source>
        <translation>schlecht platziert</translation>
    </message>
    <message>
        <source>begun</source>
        <translation>begonnen</translation>
    </message>
    <message>
        <source>being read …</source>
        <translation>wird gelesen …</translation>
    </message>
    <message>
        <source>benign other</source>
        <translation>andere, gutartig</translation>
    </message>
    <message>
        <source>blind: marks without scores</source>
        <translation>blind: Markierungen ohne Werte</translation>
    </message>
    <message>
        <source>bone</source>
        <translation>Knochen</translation>
    </message>
    <message>
        <source>boxes between</source>
        <translation>Boxen dazwischen</translation>
    </message>
    <message>
        <source>bright padding</source>
        <translation>helle Auffüllung</translation>
    </message>
    <message>
        <source>bright: liver {value} HU, learned on {low} to {high} HU</source>
        <translation>hell: Leber {value} HU, gelernt an {low} bis {high} HU</translation>
    </message>
    <message>
        <source>by</source>
        <translation>mit</translation>
    </message>
    <message>
        <source>by place</source>
        <translation>nach Ort</translation>
    </message>
    <message>
        <source>by reader</source>
        <translation>vom Befunder</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>nicht lesbar</translation>
    </message>
    <message>
        <source>change axes</source>
        <translation>Achsen ändern</translation>
    </message>
    <message>
        <source>change box</source>
        <translation>Box ändern</translation>
    </message>
    <message>
        <source>choose target lesion</source>
        <translation>Target-Läsion wählen</translation>
    </message>
    <message>
        <source>clipped values</source>
        <translation>abgeschnittene Werte</translation>
    </message>
    <message>
        <source>coarse values</source>
        <translation>grobe Werte</translation>
    </message>
    <message>
        <source>concurrently: marks at once</source>
        <translation>gleichzeitig: Markierungen sofort</translation>
    </message>
    <message>
        <source>conflicting axes</source>
        <translation>widersprüchliche Achsen</translation>
    </message>
    <message>
        <source>correct</source>
        <translation>korrigieren</translation>
    </message>
    <message>
        <source>corrected</source>
        <translation>korrigiert</translation>
    </message>
    <message>
        <source>cut by the end of the scan</source>
        <translation>am Ende der Aufnahme abgeschnitten</translation>
    </message>
    <message>
        <source>date unknown</source>
        <translation>Datum unbekannt</translation>
    </message>
    <message>
        <source>decimal commas</source>
        <translation>Dezimalkommas</translation>
    </message>
    <message>
        <source>decision</source>
        <translation>Entscheidung</translation>
    </message>
    <message>
        <source>delete</source>
        <translation>löschen</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>drawn</source>
        <translation>gezeichnet</translation>
    </message>
    <message>
        <source>duplicate</source>
        <translation>doppelt</translation>
    </message>
    <message>
        <source>excess pixels</source>
        <translation>überzählige Pixel</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>false positives per scan not measured</source>
        <translation>falsch positive je Scan nicht gemessen</translation>
    </message>
    <message>
        <source>field of view {value} mm, learned on {low} to {high} mm</source>
        <translation>Bildfeld {value} mm, gelernt an {low} bis {high} mm</translation>
    </message>
    <message>
        <source>finding of Im {n}</source>
        <translation>Befund von Bild {n}</translation>
    </message>
    <message>
        <source>first read done</source>
        <translation>erste Durchsicht beendet</translation>
    </message>
    <message>
        <source>frame</source>
        <translation>Frame</translation>
    </message>
    <message>
        <source>frames of reference</source>
        <translation>mehrere Bezugssysteme</translation>
    </message>
    <message>
        <source>gantry tilt</source>
        <translation>Gantry-Kippung</translation>
    </message>
    <message>
        <source>gantry tilted by {degrees:.1f}°</source>
        <translation>Gantry um {degrees:.1f}° gekippt</translation>
    </message>
    <message>
        <source>gap</source>
        <translation>Lücke</translation>
    </message>
    <message>
        <source>gone</source>
        <translation>verschwunden</translation>
    </message>
    <message>
        <source>image missing</source>
        <translation>Bild fehlt</translation>
    </message>
    <message>
        <source>import of a review</source>
        <translation>Import einer Befundung</translation>
    </message>
    <message>
        <source>in parts</source>
        <translation>in Teilen</translation>
    </message>
    <message>
        <source>instance</source>
        <translation>Instanz</translation>
    </message>
    <message>
        <source>keep</source>
        <translation>behalten</translation>
    </message>
    <message>
        <source>kidney</source>
        <translation>Niere</translation>
    </message>
    <message>
        <source>label</source>
        <translation>Label</translation>
    </message>
    <message>
        <source>lesion type</source>
        <translation>Läsionstyp</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>linear</translation>
    </message>
    <message>
        <source>liver</source>
        <translation>Leber</translation>
    </message>
    <message>
        <source>loading the detector</source>
        <translation>Detektor wird geladen</translation>
    </message>
    <message>
        <source>long axis</source>
        <translation>lange Achse</translation>
    </message>
    <message>
        <source>longer side of the box</source>
        <translation>längere Seite der Box</translation>
    </message>
    <message>
        <source>lung</source>
        <translation>Lunge</translation>
    </message>
    <message>
        <source>mark as read</source>
        <translation>Als befundet markieren</translation>
    </message>
    <message>
        <source>mark as unsure</source>
        <translation>Als unsicher markieren</translation>
    </message>
    <message>
        <source>mark lesion as gone</source>
        <translation>Läsion als verschwunden markieren</translation>
    </message>
    <message>
        <source>mark lesion as new</source>
        <translation>Läsion als neu markieren</translation>
    </message>
    <message>
        <source>match by place</source>
        <translation>nach Ort zuordnen</translation>
    </message>
    <message>
        <source>mean</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>mean {mean} HU, SD {sd}</source>
        <translation>Mittel {mean} HU, SD {sd}</translation>
    </message>
    <message>
        <source>measurement</source>
        <translation>Messung</translation>
    </message>
    <message>
        <source>measurements</source>
        <translation>Messungen</translation>
    </message>
    <message>
        <source>mediastinum</source>
        <translation>Mediastinum</translation>
    </message>
    <message>
        <source>min {lowest}, max {highest} HU</source>
        <translation>min {lowest}, max {highest} HU</translation>
    </message>
    <message>
        <source>mixed series</source>
        <translation>gemischte Serie</translation>
    </message>
    <message>
        <source>mm</source>
        <translation>mm</translation>
    </message>
    <message>
        <source>model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>new</source>
        <translation>neu</translation>
    </message>
    <message>
        <source>new finding</source>
        <translation>Neuer Befund</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>no angle: pixel spacing unknown</source>
        <translation>kein Winkel: Pixelabstand unbekannt</translation>
    </message>
    <message>
        <source>no contrast agent, or little: liver {value} HU, learned on {low} to {high} HU</source>
        <translation>kein oder wenig Kontrastmittel: Leber {value} HU, gelernt an {low} bis {high} HU</translation>
    </message>
    <message>
        <source>no detector is installed</source>
        <translation>kein Detektor ist installiert</translation>
    </message>
    <message>
        <source>no liver</source>
        <translation>keine Leber</translation>
    </message>
    <message>
        <source>no numbers</source>
        <translation>keine Zahlen</translation>
    </message>
    <message>
        <source>no orientation</source>
        <translation>keine Orientierung</translation>
    </message>
    <message>
        <source>no position</source>
        <translation>keine Position</translation>
    </message>
    <message>
        <source>no spacing</source>
        <translation>keine Abstände</translation>
    </message>
    <message>
        <source>no unit stated</source>
        <translation>keine Einheit genannt</translation>
    </message>
    <message>
        <source>nobody is named</source>
        <translation>niemand wird genannt</translation>
    </message>
    <message>
        <source>noisy: {value} HU in the liver, learned on {low} to {high} HU</source>
        <translation>verrauscht: {value} HU in der Leber, gelernt an {low} bis {high} HU</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>none, or a token</source>
        <translation>keiner, oder ein Token</translation>
    </message>
    <message>
        <source>normal structure</source>
        <translation>normale Struktur</translation>
    </message>
    <message>
        <source>not HU</source>
        <translation>keine HU</translation>
    </message>
    <message>
        <source>not begun</source>
        <translation>nicht begonnen</translation>
    </message>
    <message>
        <source>not defined</source>
        <translation>nicht definiert</translation>
    </message>
    <message>
        <source>not detected</source>
        <translation>nicht erkannt</translation>
    </message>
    <message>
        <source>not labelled</source>
        <translation>ohne Label</translation>
    </message>
    <message>
        <source>not marked now</source>
        <translation>jetzt nicht markiert</translation>
    </message>
    <message>
        <source>not marked then</source>
        <translation>vorher nicht markiert</translation>
    </message>
    <message>
        <source>not running</source>
        <translation>läuft nicht</translation>
    </message>
    <message>
        <source>not searched</source>
        <translation>nicht abgesucht</translation>
    </message>
    <message>
        <source>not whole</source>
        <translation>nicht vollständig</translation>
    </message>
    <message>
        <source>note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>note: {note}</source>
        <translation>Notiz: {note}</translation>
    </message>
    <message>
        <source>nothing there</source>
        <translation>nichts dort</translation>
    </message>
    <message>
        <source>odd high bit</source>
        <translation>ungewöhnliches High Bit</translation>
    </message>
    <message>
        <source>off; PORT or ADDRESS:PORT</source>
        <translation>aus; PORT oder ADRESSE:PORT</translation>
    </message>
    <message>
        <source>other</source>
        <translation>anderer Grund</translation>
    </message>
    <message>
        <source>other planes</source>
        <translation>andere Ebenen</translation>
    </message>
    <message>
        <source>pair lesions</source>
        <translation>Läsionen paaren</translation>
    </message>
    <message>
        <source>pelvis</source>
        <translation>Becken</translation>
    </message>
    <message>
        <source>pixels</source>
        <translation>Pixel</translation>
    </message>
    <message>
        <source>pixels of {value} mm, learned on {low} to {high} mm</source>
        <translation>Pixel von {value} mm, gelernt an {low} bis {high} mm</translation>
    </message>
    <message>
        <source>read in full</source>
        <translation>vollständig befundet</translation>
    </message>
    <message>
        <source>reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>reason: {reason}</source>
        <translation>Grund: {reason}</translation>
    </message>
    <message>
        <source>reject</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>rejected</source>
        <translation>verworfen</translation>
    </message>
    <message>
        <source>remove box</source>
        <translation>Box entfernen</translation>
    </message>
    <message>
        <source>remove measurement</source>
        <translation>Messung entfernen</translation>
    </message>
    <message>
        <source>resampled</source>
        <translation>umgerechnet</translation>
    </message>
    <message>
        <source>reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>residual not measurable</source>
        <translation>Restfehler nicht messbar</translation>
    </message>
    <message>
        <source>residual {median:.1f} mm (median of {n} blocks; 95 % within {largest:.1f} mm)</source>
        <translation>Restfehler {median:.1f} mm (Median von {n} Blöcken; 95 % bis {largest:.1f} mm)</translation>
    </message>
    <message>
        <source>rounded directions</source>
        <translation>gerundete Richtungen</translation>
    </message>
    <message>
        <source>same day</source>
        <translation>gleicher Tag</translation>
    </message>
    <message>
        <source>same position twice</source>
        <translation>Position doppelt</translation>
    </message>
    <message>
        <source>score {score:.2f}</source>
        <translation>Score {score:.2f}</translation>
    </message>
    <message>
        <source>searched</source>
        <translation>durchsucht</translation>
    </message>
    <message>
        <source>searching on {device}</source>
        <translation>sucht auf {device}</translation>
    </message>
    <message>
        <source>sent</source>
        <translation>gesendet</translation>
    </message>
    <message>
        <source>sharp kernel: {value} % of the noise is coarse, learned on {low} to {high} %</source>
        <translation>scharfer Kern: {value} % des Rauschens sind grob, gelernt an {low} bis {high} %</translation>
    </message>
    <message>
        <source>shifted slices</source>
        <translation>verschobene Schichten</translation>
    </message>
    <message>
        <source>short axis</source>
        <translation>kurze Achse</translation>
    </message>
    <message>
        <source>shorter side of the box</source>
        <translation>kürzere Seite der Box</translation>
    </message>
    <message>
        <source>sigmoid</source>
        <translation>sigmoid</translation>
    </message>
    <message>
        <source>slices Im {first} to {last}</source>
        <translation>Schichten Bild {first} bis {last}</translation>
    </message>
    <message>
        <source>slices turned against one another</source>
        <translation>Schichten gegeneinander gedreht</translation>
    </message>
    <message>
        <source>slices {least:.2f} to {most:.2f} mm apart</source>
        <translation>Schichtabstand {least:.2f} bis {most:.2f} mm</translation>
    </message>
    <message>
        <source>slices {value} mm apart, learned on up to {high} mm</source>
        <translation>Schichten im Abstand von {value} mm, gelernt an bis zu {high} mm</translation>
    </message>
    <message>
        <source>smooth kernel: {value} % of the noise is coarse, learned on {low} to {high} %</source>
        <translation>weicher Kern: {value} % des Rauschens sind grob, gelernt an {low} bis {high} %</translation>
    </message>
    <message>
        <source>soft tissue</source>
        <translation>Weichteile</translation>
    </message>
    <message>
        <source>spacing unknown</source>
        <translation>Abstände unbekannt</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>the download ended before it was read</source>
        <translation>das Herunterladen endete, bevor sie gelesen war</translation>
    </message>
    <message>
        <source>the system&apos;s</source>
        <translation>die des Systems</translation>
    </message>
    <message>
        <source>to</source>
        <translation>bis</translation>
    </message>
    <message>
        <source>type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>type: {type}</source>
        <translation>Typ: {type}</translation>
    </message>
    <message>
        <source>undecided</source>
        <translation>offen</translation>
    </message>
    <message>
        <source>uneven spacing</source>
        <translation>ungleiche Abstände</translation>
    </message>
    <message>
        <source>unknown window</source>
        <translation>unbekanntes Fenster</translation>
    </message>
    <message>
        <source>unsure</source>
        <translation>unsicher</translation>
    </message>
    <message>
        <source>unusable position</source>
        <translation>unbrauchbare Position</translation>
    </message>
    <message>
        <source>varying directions</source>
        <translation>wechselnde Richtungen</translation>
    </message>
    <message>
        <source>vessel</source>
        <translation>Gefäß</translation>
    </message>
    <message>
        <source>while a box is edited</source>
        <translation>während eine Box bearbeitet wird</translation>
    </message>
    <message>
        <source>while no box is edited</source>
        <translation>während keine Box bearbeitet wird</translation>
    </message>
    <message>
        <source>window as a table</source>
        <translation>Fenster als Tabelle</translation>
    </message>
    <message>
        <source>without slices that are missing or unreadable</source>
        <translation>ohne fehlende oder unlesbare Schichten</translation>
    </message>
    <message>
        <source>x {x}  y {y}   {hu} HU in the slab</source>
        <translation>x {x}  y {y}   {hu} HU in der dicken Schicht</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>{archive} answers.</source>
        <translation>{archive} antwortet.</translation>
    </message>
    <message>
        <source>{archive} has the review: 1 finding.</source>
        <translation>{archive} hat die Befundung: 1 Befund.</translation>
    </message>
    <message>
        <source>{archive} has the review: {n:,} findings.</source>
        <translation>{archive} hat die Befundung: {n:_} Befunde.</translation>
    </message>
    <message>
        <source>{archive} is asked for the study …</source>
        <translation>{archive} wird nach der Studie gefragt …</translation>
    </message>
    <message>
        <source>{archive} is searched …</source>
        <translation>{archive} wird durchsucht …</translation>
    </message>
    <message>
        <source>{arithmetic} (Eisenhauer et al. 2009).</source>
        <translation>{arithmetic} (Eisenhauer et al. 2009).</translation>
    </message>
    <message>
        <source>{count} of {total} slices cannot be read; the first is Im {n}: {reason}</source>
        <translation>{count} von {total} Schichten sind nicht lesbar; die erste ist Bild {n}: {reason}</translation>
    </message>
    <message>
        <source>{detector} (taught on phantoms)</source>
        <translation>{detector} (an Phantomen gelernt)</translation>
    </message>
    <message>
        <source>{detector} searches everywhere in any case.</source>
        <translation>{detector} sucht in jedem Fall überall.</translation>
    </message>
    <message>
        <source>{detector}, scores from {score:.2g}</source>
        <translation>{detector}, Scores ab {score:.2g}</translation>
    </message>
    <message>
        <source>{done:,} done · {left:,} left</source>
        <translation>{done:_} erledigt · {left:_} offen</translation>
    </message>
    <message>
        <source>{done:,} of {total:,} images</source>
        <translation>{done:_} von {total:_} Bildern</translation>
    </message>
    <message>
        <source>{done} of {total} slices</source>
        <translation>{done} von {total} Schichten</translation>
    </message>
    <message>
        <source>{done} of {total} slices searched</source>
        <translation>{done} von {total} Schichten durchsucht</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} bis {last}</translation>
    </message>
    <message>
        <source>{key} is taken by {action}.</source>
        <translation>{key} ist schon vergeben an {action}.</translation>
    </message>
    <message>
        <source>{key} leaves the full screen.</source>
        <translation>{key} verlässt das Vollbild.</translation>
    </message>
    <message>
        <source>{key} opens the menu {menu}.</source>
        <translation>{key} öffnet das Menü {menu}.</translation>
    </message>
    <message>
        <source>{key} works buttons and fields; press another key.</source>
        <translation>{key} bedient Schaltflächen und Felder; drücken Sie eine andere Taste.</translation>
    </message>
    <message>
        <source>{letter} {mm:.1f} mm</source>
        <translation>{letter} {mm:.1f} mm</translation>
    </message>
    <message>
        <source>{mm:+.1f} mm from the nadir: at least 20 % and at least 5 mm.</source>
        <translation>{mm:+.1f} mm gegenüber dem Nadir: mindestens 20 % und mindestens 5 mm.</translation>
    </message>
    <message>
        <source>{modality} · {plane}</source>
        <translation>{modality} · {plane}</translation>
    </message>
    <message>
        <source>{n:,.0f} per hour</source>
        <translation>{n:_.0f} je Stunde</translation>
    </message>
    <message>
        <source>{n:,} of {m:,} decided</source>
        <translation>{n:_} von {m:_} entschieden</translation>
    </message>
    <message>
        <source>{n:,} studies found</source>
        <translation>{n:_} Studien gefunden</translation>
    </message>
    <message>
        <source>{name}  {width}/{level}</source>
        <translation>{name}  {width}/{level}</translation>
    </message>
    <message>
        <source>{name}: {notice}</source>
        <translation>{name}: {notice}</translation>
    </message>
    <message>
        <source>{notice} (and {n:,} more)</source>
        <translation>{notice} (und {n:_} weitere)</translation>
    </message>
    <message>
        <source>{n} are other images than were reviewed</source>
        <translation>{n} sind andere Bilder als die befundeten</translation>
    </message>
    <message>
        <source>{n} candidates</source>
        <translation>{n} Kandidaten</translation>
    </message>
    <message>
        <source>{n} cannot be searched</source>
        <translation>{n} können nicht abgesucht werden</translation>
    </message>
    <message>
        <source>{n} days after</source>
        <translation>{n} Tage danach</translation>
    </message>
    <message>
        <source>{n} days before</source>
        <translation>{n} Tage davor</translation>
    </message>
    <message>
        <source>{n} files were left out.</source>
        <translation>{n} Dateien wurden ausgelassen.</translation>
    </message>
    <message>
        <source>{n} gaps of up to {mm:.1f} mm</source>
        <translation>{n} Lücken bis {mm:.1f} mm</translation>
    </message>
    <message>
        <source>{n} left out, {first}</source>
        <translation>{n} ausgelassen, {first}</translation>
    </message>
    <message>
        <source>{n} lesions have no counterpart in the prior: PD if one is new, nothing if they were not marked there.</source>
        <translation>{n} Läsionen haben kein Gegenstück in der Voruntersuchung: PD, wenn eine neu ist; nichts, wenn sie dort nicht markiert wurden.</translation>
    </message>
    <message>
        <source>{n} measurements taken up, {same} were there</source>
        <translation>{n} Messungen übernommen, {same} waren da</translation>
    </message>
    <message>
        <source>{n} more slices than when this series was reviewed; what was found stays on its slices.</source>
        <translation>{n} Schichten mehr als bei der Befundung dieser Serie; Befunde bleiben auf ihren Schichten.</translation>
    </message>
    <message>
        <source>{n} new lesions: progressive whatever the sums.</source>
        <translation>{n} neue Läsionen: Progress unabhängig von den Summen.</translation>
    </message>
    <message>
        <source>{n} slices</source>
        <translation>{n} Schichten</translation>
    </message>
    <message>
        <source>{n} targets are not marked now: gone, or still to be marked.</source>
        <translation>{n} Target-Läsionen sind jetzt nicht markiert: verschwunden oder noch zu markieren.</translation>
    </message>
    <message>
        <source>{one}; {other}</source>
        <translation>{one}; {other}</translation>
    </message>
    <message>
        <source>{per_s:.0f}/s shown</source>
        <translation>{per_s:.0f}/s gezeigt</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent} %</translation>
    </message>
    <message>
        <source>{place}   {hu} HU</source>
        <translation>{place}   {hu} HU</translation>
    </message>
    <message>
        <source>{place} mm</source>
        <translation>{place} mm</translation>
    </message>
    <message>
        <source>{projection} of {mm:g} mm</source>
        <translation>{projection} von {mm:g} mm</translation>
    </message>
    <message>
        <source>{shown:,} of {total:,} series · {done:,} done</source>
        <translation>{shown:_} von {total:_} Serien · {done:_} erledigt</translation>
    </message>
    <message>
        <source>{shown} of {total}</source>
        <translation>{shown} von {total}</translation>
    </message>
    <message>
        <source>{slices}, {mm:.4g} mm apart</source>
        <translation>{slices} im Abstand von {mm:.4g} mm</translation>
    </message>
    <message>
        <source>{text} is not a slice number.</source>
        <translation>{text} ist keine Schichtnummer.</translation>
    </message>
    <message>
        <source>{text} · 1 image missing</source>
        <translation>{text} · 1 Bild fehlt</translation>
    </message>
    <message>
        <source>{text} · {n:,} images missing</source>
        <translation>{text} · {n:_} Bilder fehlen</translation>
    </message>
    <message>
        <source>{text} · {n:,} unsure</source>
        <translation>{text} · {n:_} unsicher</translation>
    </message>
    <message>
        <source>{title} (read-only)</source>
        <translation>{title} (nur Lesen)</translation>
    </message>
    <message>
        <source>{unit} from the start</source>
        <translation>{unit} vom Anfang</translation>
    </message>
    <message>
        <source>{unit} is not as it was searched: the series on show has no candidates of the screening. Search the archive again.</source>
        <translation>{unit} ist nicht mehr, wie es durchsucht wurde: Die gezeigte Serie hat keine Kandidaten der Archivsuche. Das Archiv erneut durchsuchen.</translation>
    </message>
    <message>
        <source>{unit} is not in {archive} any more. Say where the archive is now: File, Find the archive of the results.</source>
        <translation>{unit} ist nicht mehr in {archive}. Sagen, wo das Archiv jetzt ist: Datei, Archiv der Ergebnisse suchen.</translation>
    </message>
    <message>
        <source>{what} … {percent:.0f} %</source>
        <translation>{what} … {percent:.0f} %</translation>
    </message>
    <message>
        <source>{word} {number}</source>
        <translation>{word} {number}</translation>
    </message>
    <message>
        <source>{x1}, {y1} to {x2}, {y2}</source>
        <translation>{x1}, {y1} bis {x2}, {y2}</translation>
    </message>
    <message>
        <source>± %</source>
        <translation>± %</translation>
    </message>
    <message>
        <source>± mm</source>
        <translation>± mm</translation>
    </message>
    <message>
        <source>○ undecided</source>
        <translation>○ angenommen</translation>
    </message>
</context>
</TS>
