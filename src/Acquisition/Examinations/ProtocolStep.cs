using System.Globalization;
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

    /// <summary>Systolic pressure at a level of the leg: hand-operated cuff there, end point marked at an ankle artery or shown by a distal PPG.</summary>
    SegmentPressure,

    /// <summary>TcPO2 of one place on the skin; goes on beside other steps, since the skin takes a quarter of an hour.</summary>
    SkinOxygen,

    /// <summary>TcPO2 with oxygen to breathe, from the plateau at rest of an electrode that has not moved.</summary>
    OxygenChallenge,

    /// <summary>TcPO2 with the leg raised by 30 degrees, from the same.</summary>
    LegElevation,

    /// <summary>TcPO2 with the leg hanging down, from the same.</summary>
    LegDependency,
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
    public bool IsCuffPressure => Kind is StepKind.ArmPressure or StepKind.ToePressure || IsByEar;

    /// <summary>A pressure whose end point is heard at an artery of the ankle.</summary>
    public bool IsByEar => Kind is StepKind.AnklePressure or StepKind.SegmentPressure;

    /// <summary>TcPO2 while something is done to the patient.</summary>
    public bool IsProvocation => Kind is StepKind.OxygenChallenge or StepKind.LegElevation or StepKind.LegDependency;

    /// <summary>An electrode's step: goes on beside the others.</summary>
    public bool IsOnSkin => Kind == StepKind.SkinOxygen || IsProvocation;

    /// <summary>Planned time from the end of exercise, s; null for a step at rest.</summary>
    public int? AfterExerciseS { get; init; }

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
        return finding.Method == Methods.RepeatedReadings.Name ? finding.Step[(Derived.Length + 1)..] : IsDerived(finding.Step) ? Derived : finding.Step;
    }

    /// <summary>Measures the step answers, as codes of <c>vas-measure</c>.</summary>
    public string Measure => Kind switch
    {
        StepKind.ArmPressure => AfterExerciseS is null ? "brachial-sys" : "brachial-ex",
        StepKind.AnklePressure when AfterExerciseS is not null => Site.Place == Place.PosteriorTibial ? "ankle-ex-pt" : "ankle-ex-dp",
        StepKind.SegmentPressure => Site.Place == Place.Calf ? "calf-sys" : "thigh-sys",
        StepKind.AnklePressure => Site.Place == Place.PosteriorTibial ? "ankle-sys-pt" : "ankle-sys-dp",
        StepKind.ToePressure => "toe-sys",
        StepKind.SkinOxygen => "tcpo2-plateau",
        StepKind.OxygenChallenge => "tcpo2-oxygen",
        StepKind.LegElevation => "tcpo2-elevated",
        StepKind.LegDependency => "tcpo2-dependent",
        _ => "ppg-waveform",
    };

    public string Unit => Kind == StepKind.PulseTrace ? "{counts}" : "mm[Hg]";

    /// <summary>What the technician reads: the step in one line.</summary>
    public string Title => AfterExerciseS is { } s ? string.Create(CultureInfo.InvariantCulture, $"{AtRest}, {s} s after exercise") : AtRest;

    private string AtRest => Kind switch
    {
        StepKind.ArmPressure => $"{SideWord} arm, systolic",
        StepKind.AnklePressure => $"{SideWord} ankle, {(Site.Place == Place.PosteriorTibial ? "posterior tibial" : "dorsalis pedis")}",
        StepKind.SegmentPressure => $"{SideWord} {(Site.Place switch { Place.HighThigh => "high thigh", Place.LowThigh => "low thigh", _ => "calf" })}, systolic",
        StepKind.ToePressure => $"{SideWord} toe, systolic",
        StepKind.SkinOxygen => $"{SideWord} {SkinWord}, TcPO2",
        StepKind.OxygenChallenge => $"{SideWord} {SkinWord}, TcPO2 on oxygen",
        StepKind.LegElevation => $"{SideWord} {SkinWord}, TcPO2 with the leg raised",
        StepKind.LegDependency => $"{SideWord} {SkinWord}, TcPO2 with the leg down",
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
        StepKind.SegmentPressure => "segment_pressure",
        StepKind.OxygenChallenge => "oxygen_challenge",
        StepKind.LegElevation => "leg_elevation",
        StepKind.LegDependency => "leg_dependency",
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
        "segment_pressure" => StepKind.SegmentPressure,
        "oxygen_challenge" => StepKind.OxygenChallenge,
        "leg_elevation" => StepKind.LegElevation,
        "leg_dependency" => StepKind.LegDependency,
        _ => throw new FormatException($"'{word}' is not a kind of step; expected arm_pressure, ankle_pressure, segment_pressure, toe_pressure, pulse_trace, skin_oxygen, oxygen_challenge, leg_elevation or leg_dependency."),
    };

    /// <summary>As it stands on the tape: what is not said is as usual.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["key"] = Key, ["kind"] = Word(Kind), ["site"] = Site.Code };
        if (Readings != 1)
        {
            json["readings"] = Readings;
        }

        if (AfterExerciseS is { } seconds)
        {
            json["after_exercise_s"] = seconds;
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
            AfterExerciseS = (int?)json["after_exercise_s"],
        };

        string Text(string name) => (string?)json[name] ?? throw new FormatException($"A step of the protocol lacks '{name}'.");
    }
}
