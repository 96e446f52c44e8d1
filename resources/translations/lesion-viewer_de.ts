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
        <source>Agreement of two readers…</source>
        <translation>Übereinstimmung zweier Befunder…</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Back to undecided</source>
        <translation>Zurück auf offen</translation>
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
        <source>Ctrl + wheel</source>
        <translation>Strg + Mausrad</translation>
    </message>
    <message>
        <source>Detector runs on</source>
        <translation>Detektor läuft auf</translation>
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
        <source>Export review…</source>
        <translation>Befundung exportieren…</translation>
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
        <source>Import corrections (COCO or CSV)…</source>
        <translation>Korrekturen importieren (COCO oder CSV)…</translation>
    </message>
    <message>
        <source>Import labels…</source>
        <translation>Labels importieren…</translation>
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
        <source>Keys and mouse</source>
        <translation>Tasten und Maus</translation>
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
        <source>Liver</source>
        <translation>Leber</translation>
    </message>
    <message>
        <source>Liver, non-contrast</source>
        <translation>Leber, nativ</translation>
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
        <source>Not a medical device</source>
        <translation>Kein Medizinprodukt</translation>
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
        <source>Reader</source>
        <translation>Befunder</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>Verwerfen</translation>
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
        <source>Right drag</source>
        <translation>Ziehen mit rechts</translation>
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
        <source>Taller box</source>
        <translation>Höhere Box</translation>
    </message>
    <message>
        <source>The file&apos;s own window</source>
        <translation>Fensterung der Datei</translation>
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
        <source>Undo</source>
        <translation>Rückgängig</translation>
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
        <source>auto tries what is installed, and takes the fastest</source>
        <translation>auto probiert, was installiert ist, und nimmt das Schnellste</translation>
    </message>
    <message>
        <source>by</source>
        <translation>mit</translation>
    </message>
    <message>
        <source>{name}  {width}/{level}</source>
        <translation>{name}  {width}/{level}</translation>
    </message>
</context>
</TS>
