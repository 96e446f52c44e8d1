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
        <source>1 candidate</source>
        <translation type="unfinished"></translation>
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
        <source>After</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Agreement of two readers…</source>
        <translation>Übereinstimmung zweier Befunder…</translation>
    </message>
    <message>
        <source>All findings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All types</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another review was opened meanwhile; nothing was changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Apply 1 change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Apply {n:,} changes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As stored</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Audit report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back to undecided</source>
        <translation>Zurück auf offen</translation>
    </message>
    <message>
        <source>Before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Before you start</source>
        <translation>Bevor Sie beginnen</translation>
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
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Candidates under this score are not shown  ([ and ])</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a finding first, then draw its box on this slice.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a finding first, then edit its box.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a finding first, then enlarge it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a finding that has a box on this slice, then copy it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a finding that has a box on this slice, then snap it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a finding with boxes on two slices that are not adjacent.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the lesion type…</source>
        <translation>Läsionstyp wählen…</translation>
    </message>
    <message>
        <source>Cine</source>
        <translation>Cine</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>Diagnoseangaben kopieren</translation>
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
        <source>Corrected boxes (*.json *.csv *.tsv *.txt)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ctrl + wheel</source>
        <translation>Strg + Mausrad</translation>
    </message>
    <message>
        <source>Decision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Detection is unavailable: {reason}. The review works without it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Detector runs on</source>
        <translation>Detektor läuft auf</translation>
    </message>
    <message>
        <source>Detector that searches the series</source>
        <translation type="unfinished"></translation>
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
        <source>Edit box</source>
        <translation>Box bearbeiten</translation>
    </message>
    <message>
        <source>Edit long and short axis</source>
        <translation>Lang- und Kurzachse bearbeiten</translation>
    </message>
    <message>
        <source>Enlarge the finding</source>
        <translation>Befund vergrößern</translation>
    </message>
    <message>
        <source>Export review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export review…</source>
        <translation>Befundung exportieren…</translation>
    </message>
    <message>
        <source>Exported to {name}: {counted}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>F&amp;indings</source>
        <translation>Bef&amp;unde</translation>
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
        <source>From the next start of the program.</source>
        <translation>Gilt ab dem nächsten Start des Programms.</translation>
    </message>
    <message>
        <source>Go to slice…</source>
        <translation>Gehe zu Schicht…</translation>
    </message>
    <message>
        <source>Hide all marks</source>
        <translation>Alle Markierungen ausblenden</translation>
    </message>
    <message>
        <source>I understand</source>
        <translation>Verstanden</translation>
    </message>
    <message>
        <source>Im {n}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Im {n} cannot be shown: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Im {n} is being read …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Im {n}/{total}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import corrections</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import corrections (COCO or CSV)…</source>
        <translation>Korrekturen importieren (COCO oder CSV)…</translation>
    </message>
    <message>
        <source>Import labels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import labels…</source>
        <translation>Labels importieren…</translation>
    </message>
    <message>
        <source>Import reviewed CSV</source>
        <translation type="unfinished"></translation>
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
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is the review of the series on show; changed pictures have reviews of their own.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys and mouse</source>
        <translation>Tasten und Maus</translation>
    </message>
    <message>
        <source>Labels (*.csv *.tsv *.txt *.json *.nii *.nii.gz *.nrrd *.mha *.mhd *.dcm);;All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
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
        <source>Lesion type</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Liver</source>
        <translation>Leber</translation>
    </message>
    <message>
        <source>Liver, non-contrast</source>
        <translation>Leber, nativ</translation>
    </message>
    <message>
        <source>Loc {location:.1f} mm</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lower threshold</source>
        <translation>Schwelle senken</translation>
    </message>
    <message>
        <source>Lung</source>
        <translation>Lunge</translation>
    </message>
    <message>
        <source>Measure a length</source>
        <translation>Länge messen</translation>
    </message>
    <message>
        <source>Mediastinum</source>
        <translation>Mediastinum</translation>
    </message>
    <message>
        <source>Middle drag</source>
        <translation>Ziehen mit der mittleren Taste</translation>
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
        <source>Narrower box</source>
        <translation>Schmalere Box</translation>
    </message>
    <message>
        <source>New finding</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New review of this picture</source>
        <translation>Neue Befundung dieses Bildes</translation>
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
        <source>Next undecided</source>
        <translation>Nächster offener Befund</translation>
    </message>
    <message>
        <source>No clear edge of a lesion there; the box is unchanged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No finding chosen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No reason given</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No type</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not a medical device</source>
        <translation>Kein Medizinprodukt</translation>
    </message>
    <message>
        <source>Note</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of a former picture: {n} findings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a study first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open file…</source>
        <translation>Datei öffnen…</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>Ordner öffnen…</translation>
    </message>
    <message>
        <source>Open labelling project…</source>
        <translation>Annotationsprojekt öffnen…</translation>
    </message>
    <message>
        <source>Origin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PACS-like mouse (right drag = window)</source>
        <translation>Maus wie im PACS (Ziehen mit rechts = Fensterung)</translation>
    </message>
    <message>
        <source>Pan</source>
        <translation>Verschieben</translation>
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
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Raise threshold</source>
        <translation>Schwelle anheben</translation>
    </message>
    <message>
        <source>Read-only, the detector does not run: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reader</source>
        <translation>Befunder</translation>
    </message>
    <message>
        <source>Reason or note</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Redo {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Reject reason</source>
        <translation type="unfinished"></translation>
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
        <source>Remove the finding&apos;s box on this slice</source>
        <translation>Box des Befunds auf dieser Schicht entfernen</translation>
    </message>
    <message>
        <source>Reviewed CSV or COCO (*.csv *.json)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Right drag</source>
        <translation>Ziehen mit rechts</translation>
    </message>
    <message>
        <source>Run  D</source>
        <translation type="unfinished"></translation>
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
        <source>Score</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search all slices of the queue, or stop</source>
        <translation>Alle Schichten der Arbeitsliste absuchen, oder anhalten</translation>
    </message>
    <message>
        <source>Search everywhere, not only in the liver</source>
        <translation>Überall suchen, nicht nur in der Leber</translation>
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
        <source>Show or hide the filters</source>
        <translation>Filter ein- oder ausblenden</translation>
    </message>
    <message>
        <source>Show rejected findings</source>
        <translation>Verworfene Befunde zeigen</translation>
    </message>
    <message>
        <source>Sign in as…</source>
        <translation>Anmelden als…</translation>
    </message>
    <message>
        <source>Size {unit}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Slice</source>
        <translation type="unfinished"></translation>
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
        <source>Slices as they are stored</source>
        <translation>Schichten wie gespeichert</translation>
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
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Status</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop  D</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Taller box</source>
        <translation>Höhere Box</translation>
    </message>
    <message>
        <source>The detector does not start by itself; D starts it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The detector left out {count} slices, the first is Im {n}: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file&apos;s own window</source>
        <translation>Fensterung der Datei</translation>
    </message>
    <message>
        <source>The finding already has a box on Im {n}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name that is written into every decision.</source>
        <translation>Der Name, der in jede Entscheidung geschrieben wird.</translation>
    </message>
    <message>
        <source>The settings then hold paths; a folder may be named after a patient.</source>
        <translation>Die Einstellungen enthalten dann Pfade; ein Ordner kann nach einem Patienten benannt sein.</translation>
    </message>
    <message>
        <source>The slice is still being read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no further slice.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no review: open a study first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Undo {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unexpected error, the review is kept: {error}</source>
        <translation>Unerwarteter Fehler, die Befundung bleibt erhalten: {error}</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>Unsicher</translation>
    </message>
    <message>
        <source>W {width:g}  L {level:g}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What {name} would change</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>Mausrad</translation>
    </message>
    <message>
        <source>Wider box</source>
        <translation>Breitere Box</translation>
    </message>
    <message>
        <source>Window: right is wider, down is a higher level</source>
        <translation>Fensterung: nach rechts breiter, nach unten höhere Lage</translation>
    </message>
    <message>
        <source>Write a note</source>
        <translation>Notiz schreiben</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>Zoom {percent:.0f} %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>abdomen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {n:.1f} false positives per scan expected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {time} left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>accepted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>add</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>added</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>all slices searched</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>artefact</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>as measured on {data}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>auto tries what is installed, and takes the fastest</source>
        <translation>auto probiert, was installiert ist, und nimmt das Schnellste</translation>
    </message>
    <message>
        <source>bad box</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>benign other</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>bone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>by</source>
        <translation>mit</translation>
    </message>
    <message>
        <source>correct</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>corrected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>decision</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>drawn</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>duplicate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>false positives per scan not measured</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>frame</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>instance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>keep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>kidney</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>label</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>linear</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>liver</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>loading the detector</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>lung</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mediastinum</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no detector is installed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>normal structure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not searched</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>note: {note}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>other</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pelvis</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>read in full</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reason: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rejected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>score {score:.2f}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>searching on {device}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sigmoid</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>slices Im {first} to {last}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>soft tissue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>type</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>type: {type}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>undecided</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unsure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>vessel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{detector} searches everywhere in any case.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{done} of {total} slices</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}  {width}/{level}</source>
        <translation>{name}  {width}/{level}</translation>
    </message>
    <message>
        <source>{n} candidates</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{shown} of {total}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{word} {number}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{x1}, {y1} to {x2}, {y2}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>○ undecided</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
