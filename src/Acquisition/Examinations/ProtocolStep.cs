using System.Text.Json.Nodes;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>What a step of the protocol measures.</summary>
public enum StepKind
{
    /// <summary>Brachial systolic pressure by the cuff module's own oscillometric measurement.</summary>
    ArmPressure,

    /// <summary>Systolic pressure of one ankle artery: hand-operated cuff, end point marked at the Doppler sound or shown by a distal PPG.</summary>
    AnklePressure,

    /// <summary>Toe systolic pressure: hand-operated cuff, end point by return of the toe's pulse.</summary>
    ToePressure,

    /// <summary>Toe PPG at rest, cuff empty.</summary>
    PulseTrace,

    /// <summary>TcPO2 of one place on the skin; goes on beside other steps, since the skin takes a quarter of an hour.</summary>
    SkinOxygen,
}

/// <summary>One step of an examination's protocol.</summary>
/// <param name="Key">Stable name, for instance <c>toe.right</c>; part of every finding's name.</param>
/// <param name="Site">What is measured, sided.</param>
public sealed record ProtocolStep(string Key, StepKind Kind, Site Site)
{
    /// <summary>Step of what is derived of several steps; of one step alone it is this, a dot, and that step's key.</summary>
    public const string Derived = "derived";

    /// <summary>Readings of one artery that can stand beside each other: two, and a third where they disagree.</summary>
    public const int MostReadings = 3;

    /// <summary>Readings the protocol asks for, 1 or 2; a third is asked for where two disagree.</summary>
    public int Readings { get; init; } = 1;

    /// <summary>A pressure by a cuff: it may be read again and both readings count.</summary>
    public bool IsCuffPressure => Kind is StepKind.ArmPressure or StepKind.AnklePressure or StepKind.ToePressure;

    /// <summary>Whether a finding's step says that it was computed, not measured.</summary>
    public static bool IsDerived(string step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return step == Derived || step.StartsWith(Derived + ".", StringComparison.Ordinal);
    }

    /// <summary>Step of what the readings of this one come to.</summary>
    public string Together => $"{Derived}.{Key}";

    /// <summary>The protocol's step a finding belongs to: its own, that of the readings it was made of, or <see cref="Derived"/>.</summary>
    public static string Of(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return finding.Method == Methods.RepeatedReadings.Name ? finding.Step[(Derived.Length + 1)..] : finding.Step;
    }

    /// <summary>Measures the step answers, as codes of <c>vas-measure</c>.</summary>
    public string Measure => Kind switch
    {
        StepKind.ArmPressure => "brachial-sys",
        StepKind.AnklePressure => Site.Place == Place.PosteriorTibial ? "ankle-sys-pt" : "ankle-sys-dp",
        StepKind.ToePressure => "toe-sys",
        StepKind.SkinOxygen => "tcpo2-plateau",
        _ => "ppg-waveform",
    };

    public string Unit => Kind == StepKind.PulseTrace ? "{counts}" : "mm[Hg]";

    /// <summary>What the technician reads: the step in one line.</summary>
    public string Title => Kind switch
    {
        StepKind.ArmPressure => $"{SideWord} arm, systolic",
        StepKind.AnklePressure => $"{SideWord} ankle, {(Site.Place == Place.PosteriorTibial ? "posterior tibial" : "dorsalis pedis")}",
        StepKind.ToePressure => $"{SideWord} toe, systolic",
        StepKind.SkinOxygen => $"{SideWord} {SkinWord}, TcPO2",
        _ => $"{SideWord} toe, PPG at rest",
    };

    private string SkinWord => Site.Place switch
    {
        Place.FootDorsum => "foot, dorsum",
        Place.FootPlantar => "foot, sole",
        Place.WoundEdge => "foot, beside the wound",
        Place.Calf => "lower leg",
        Place.Chest => "chest",
        _ => Site.Code,
    };

    private string SideWord => Site.Side == Side.Right ? "right" : "left";

    /// <summary>Kinds as they stand in settings and scenarios.</summary>
    public static string Word(StepKind kind) => kind switch
    {
        StepKind.ArmPressure => "arm_pressure",
        StepKind.AnklePressure => "ankle_pressure",
        StepKind.ToePressure => "toe_pressure",
        StepKind.SkinOxygen => "skin_oxygen",
        _ => "pulse_trace",
    };

    /// <exception cref="FormatException">No step kind has this word.</exception>
    public static StepKind ParseKind(string word) => word switch
    {
        "arm_pressure" => StepKind.ArmPressure,
        "ankle_pressure" => StepKind.AnklePressure,
        "toe_pressure" => StepKind.ToePressure,
        "pulse_trace" => StepKind.PulseTrace,
        "skin_oxygen" => StepKind.SkinOxygen,
        _ => throw new FormatException($"'{word}' is not a kind of step; expected arm_pressure, ankle_pressure, toe_pressure, pulse_trace or skin_oxygen."),
    };

    /// <summary>As it stands on the tape: what is not said is as usual.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["key"] = Key, ["kind"] = Word(Kind), ["site"] = Site.Code };
        if (Readings != 1)
        {
            json["readings"] = Readings;
        }

        return json;
    }

    /// <exception cref="FormatException">The step is not whole.</exception>
    public static ProtocolStep FromJson(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return new ProtocolStep(Text("key"), ParseKind(Text("kind")), Site.Parse(Text("site")))
        {
            Readings = (int?)json["readings"] ?? 1,
        };

        string Text(string name) => (string?)json[name] ?? throw new FormatException($"A step of the protocol lacks '{name}'.");
    }
}
