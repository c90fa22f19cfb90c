using Hl7.Fhir.Model;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Publishing.Fhir;

/// <summary>The codes of one measure: ours first, then IEEE 11073, then LOINC where its meaning was seen in a source.</summary>
/// <param name="Code">Code of <c>vas-measure</c>, at most 16 characters (a DICOM code value holds no more).</param>
/// <param name="Text">For people.</param>
/// <param name="Vmd">IEEE 11073 type of the device that measures it, to choose among the links of a finding.</param>
/// <param name="Cuff">A pressure read from a cuff: over its limit the artery is not compressible.</param>
public sealed record MeasureCode(string Code, string Display, string Text, Coding? Mdc = null, string? LoincRight = null, string? LoincLeft = null, string? LoincDisplay = null, string? Vmd = null, bool Cuff = false)
{
    private const string CuffVmd = "70686";
    private const string PlethVmd = "70774";
    private const string OxygenVmd = "70710";

    private static readonly Dictionary<string, MeasureCode> Table = Measures().ToDictionary(m => m.Code, StringComparer.Ordinal);

    public static bool TryFind(string code, out MeasureCode? measure) => Table.TryGetValue(code, out measure);

    /// <exception cref="ArgumentException">The measure has no code of ours, so it cannot be sent.</exception>
    public static MeasureCode Find(string code) => TryFind(code, out MeasureCode? measure)
        ? measure!
        : throw new ArgumentException($"The measure '{code}' has no code in vas-measure; a finding that no consumer can name is not sent.", nameof(code));

    /// <summary>Our code alone, for a component, an interpretation or a reason.</summary>
    public Coding Own => new(Systems.Measure, Code, Display);

    public CodeableConcept Concept(Side side)
    {
        CodeableConcept concept = new() { Text = Text };
        concept.Coding.Add(Own);
        if (Mdc is not null)
        {
            concept.Coding.Add((Coding)Mdc.DeepCopy());
        }

        if ((side == Side.Right ? LoincRight : LoincLeft) is { } loinc)
        {
            concept.Coding.Add(new Coding(Systems.Loinc, loinc, LoincDisplay));
        }

        return concept;
    }

    public CodeableConcept OwnConcept() => new() { Coding = [Own], Text = Text };

    private static IEnumerable<MeasureCode> Measures()
    {
        Coding cuffSystolic = new(Systems.Mdc, "150301", "MDC_PRESS_CUFF_SYS");
        return
        [
            new("brachial-sys", "Brachial systolic pressure", "Brachial systolic pressure", cuffSystolic, "76534-7", "76534-7", "Systolic blood pressure by Noninvasive", CuffVmd, Cuff: true),
            new("ankle-sys-pt", "Ankle systolic pressure, posterior tibial artery", "Ankle systolic pressure, posterior tibial", cuffSystolic, Vmd: CuffVmd, Cuff: true),
            new("ankle-sys-dp", "Ankle systolic pressure, dorsalis pedis artery", "Ankle systolic pressure, dorsalis pedis", cuffSystolic, Vmd: CuffVmd, Cuff: true),
            new("toe-sys", "Toe systolic pressure", "Toe systolic pressure", cuffSystolic, Vmd: CuffVmd, Cuff: true),
            new("thigh-sys", "Thigh systolic pressure", "Thigh systolic pressure", cuffSystolic, Vmd: CuffVmd, Cuff: true),
            new("calf-sys", "Calf systolic pressure", "Calf systolic pressure", cuffSystolic, Vmd: CuffVmd, Cuff: true),
            new("brachial-ex", "Brachial systolic pressure after exercise", "Brachial systolic pressure after exercise", cuffSystolic, Vmd: CuffVmd, Cuff: true),
            new("ankle-ex-pt", "Ankle systolic pressure after exercise, posterior tibial artery", "Ankle systolic pressure after exercise, posterior tibial", cuffSystolic, Vmd: CuffVmd, Cuff: true),
            new("ankle-ex-dp", "Ankle systolic pressure after exercise, dorsalis pedis artery", "Ankle systolic pressure after exercise, dorsalis pedis", cuffSystolic, Vmd: CuffVmd, Cuff: true),
            new("segment-gradient", "Fall of the systolic pressure from the next higher level of the limb", "Segmental pressure gradient"),
            new("side-difference", "Systolic pressure of the right side less that of the left at one level", "Side difference of segmental pressure"),
            new("abi-exercise", "Ankle-brachial index of the limb after exercise", "Ankle-brachial index after exercise"),
            new("exercise-fall", "Fall of the ankle pressure from rest to after exercise", "Fall of ankle pressure after exercise"),
            new("after-exercise", "Time from the end of exercise to the reading", "Time after exercise"),
            new("abi", "Ankle-brachial index of the limb (higher ankle pressure over higher arm pressure)", "Ankle-brachial index, limb", LoincRight: "77194-9", LoincLeft: "77194-9"),
            new("abi-dp", "Ankle-brachial index from the dorsalis pedis pressure", "Ankle-brachial index, dorsalis pedis"),
            new("abi-pt", "Ankle-brachial index from the posterior tibial pressure", "Ankle-brachial index, posterior tibial", LoincRight: "8580-3", LoincLeft: "8579-5"),
            new("tbi", "Toe-brachial index", "Toe-brachial index", LoincRight: "77618-7", LoincLeft: "77617-9"),
            new("ppg-waveform", "Digit PPG waveform", "Digit PPG waveform", new Coding(Systems.Mdc, "150452", "MDC_PULS_OXIM_PLETH"), Vmd: PlethVmd),
            new("ppg-amplitude", "Digit PPG pulse amplitude, display millimetres", "Digit PPG waveform amplitude", Vmd: PlethVmd),
            new("ppg-gain", "Digit PPG display gain", "Display gain", Vmd: PlethVmd),
            new("ppg-flatness", "Digit PPG flatness index", "Digit PPG flatness", Vmd: PlethVmd),
            new("crest-time", "Crest time of the pulse", "Crest time", Vmd: PlethVmd),
            new("notch", "Dicrotic notch present", "Dicrotic notch", Vmd: PlethVmd),
            new("pvr-amplitude", "Pulse volume amplitude", "Pulse volume amplitude", Vmd: CuffVmd),
            new("compressibility", "Compressibility of an artery", "Compressibility", Vmd: CuffVmd),
            new("tcpo2", "Transcutaneous oxygen partial pressure, momentary", "TcPO2, momentary", TranscutaneousOxygen(), Vmd: OxygenVmd),
            new("tcpo2-plateau", "Transcutaneous oxygen partial pressure, plateau value", "TcPO2, plateau", TranscutaneousOxygen(), Vmd: OxygenVmd),
            new("tcpo2-oxygen", "Transcutaneous oxygen partial pressure, breathing oxygen", "TcPO2 on oxygen", TranscutaneousOxygen(), Vmd: OxygenVmd),
            new("tcpo2-elevated", "Transcutaneous oxygen partial pressure, leg raised", "TcPO2, leg raised", TranscutaneousOxygen(), Vmd: OxygenVmd),
            new("tcpo2-dependent", "Transcutaneous oxygen partial pressure, leg down", "TcPO2, leg down", TranscutaneousOxygen(), Vmd: OxygenVmd),
            new("oxygen-rise", "Rise of transcutaneous oxygen from rest to breathing oxygen", "TcPO2 rise on oxygen"),
            new("elevation-fall", "Fall of transcutaneous oxygen from rest to leg raised", "TcPO2 fall with the leg raised"),
            new("dependency-rise", "Rise of transcutaneous oxygen from rest to leg down", "TcPO2 rise with the leg down"),
            new("tcpo2-plat-time", "Time from electrode placement to plateau", "Plateau time"),
            new("electrode-temp", "Transcutaneous electrode temperature", "Electrode temperature", LoincRight: "76005-8", LoincLeft: "76005-8", LoincDisplay: "Transcutaneous monitor sensor temperature"),
            new("electrode-power", "Transcutaneous electrode heating power", "Heater power"),
            new("rpi", "Regional perfusion index", "Regional perfusion index"),
            new("toe-temp", "Toe skin temperature", "Toe skin temperature"),
            new("room-temp", "Room temperature", "Room temperature"),
            new("sad-score", "Small artery disease score (0-2)", "Small artery disease score"),
            new("mac-score", "Medial artery calcification score (0-2)", "Medial artery calcification score"),
            new("wifi-wound", "WIfI wound grade", "WIfI wound grade"),
            new("wifi-ischemia", "WIfI ischaemia grade", "WIfI ischaemia grade"),
            new("wifi-infection", "WIfI foot infection grade", "WIfI foot infection grade"),
            new("wifi-stage", "WIfI clinical stage", "WIfI clinical stage"),
            new("art-physio-rep", "Lower extremity arterial physiologic study report", "Lower extremity arterial physiologic study"),
            new("index-bound", "Bound of an index that has no value, rounded down", "Bound of the index, rounded down"),
            new("printed-result", "Result as printed on the report", "Printed result"),
            new("uncertainty", "95 % half width", "Uncertainty, 95 % half width"),
            new("bounds", "Lower and upper bound", "Lower and upper bound"),
            new("rule-version", "Version of the rule set", "Version of the rule set"),
            new("quality", "Quality of the signal", "Quality of the signal"),
            new("non-compressible", "Artery not compressible at the cuff limit", "Non-compressible"),
            new("flat-waveform", "Flat digit PPG waveform", "Flat waveform"),
            new("no-pulse-found", "No pulse found under good conditions", "No pulse found"),
            new("amputated", "Site amputated", "Amputated"),
            new("unreliable", "Marked doubtful by the operator", "Unreliable"),
        ];
    }

    private static Coding TranscutaneousOxygen() => new(Systems.Mdc, "151760", "MDC_O2_TCUT");
}
