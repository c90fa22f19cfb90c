using System.Globalization;
using Vascular.Acquisition.Examinations;
using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Bedside;

/// <summary>What a person reads of a step: its name, and in one sentence what to do next.</summary>
public static class StepWords
{
    /// <summary>For the list.</summary>
    public static string Name(ProtocolStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        string side = SiteWords.Letter(step.Site.Side);
        return step.Kind switch
        {
            StepKind.ArmPressure => $"Arm {side}",
            StepKind.AnklePressure => $"Ankle {side} · {SiteWords.Artery(step.Site.Place)}",
            StepKind.ToePressure => $"Toe {side}",
            StepKind.SkinOxygen => $"TcPO2 {SiteWords.Short(step.Site)}",
            _ => $"Toe {side} · PPG",
        };
    }

    /// <summary>For the heading.</summary>
    public static string Title(ProtocolStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        string side = step.Site.Side == Side.Right ? "Right" : "Left";
        return step.Kind switch
        {
            StepKind.ArmPressure => $"{side} arm, pressure",
            StepKind.AnklePressure => $"{side} ankle, {(step.Site.Place == Place.PosteriorTibial ? "posterior tibial" : "dorsalis pedis")}",
            StepKind.ToePressure => $"{SiteTitle(step.Site)}, pressure",
            StepKind.SkinOxygen => $"{SiteTitle(step.Site)}, TcPO2",
            _ => $"{SiteTitle(step.Site)}, pulse at rest",
        };
    }

    /// <summary>The next thing to do about a step, and what the space key does about it.</summary>
    public static (string Sentence, string? Go) Next(ExaminationFold fold, ProtocolStep step, StepStanding standing)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(step);
        if (fold.IsEnded)
        {
            return ("The examination has ended.", null);
        }

        if (fold.Acts.Patient is null)
        {
            return ("Name the patient first.", null);
        }

        return standing switch
        {
            StepStanding.Running => (Running(fold, step), "stop"),
            StepStanding.Found => Found(fold, step),
            StepStanding.Accepted => ("Accepted.", null),
            _ => ToBegin(fold, step),
        };
    }

    /// <summary>What is to be put where before the step can start, one thing at a time; null when everything sits.</summary>
    public static (Channel Channel, Site Site)? Missing(ExaminationFold fold, ProtocolStep step)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(step);
        Channel[] bound = [.. ActRules.ChannelsFor(fold, step).Select(c => c.Channel)];
        if (step.Kind == StepKind.SkinOxygen)
        {
            return bound.Length == 0 && fold.Channels.FirstOrDefault(c => c.IsSkinSensor && c.Binding is null) is { } electrode ? (electrode, step.Site) : null;
        }

        bool needsPulse = step.Kind is StepKind.ToePressure or StepKind.PulseTrace;
        bool needsCuff = step.Kind != StepKind.PulseTrace;
        if (needsPulse && bound.All(c => c.IsCuff) && fold.Channels.FirstOrDefault(c => c.SampleRateHz > 0) is { } sensor)
        {
            return (sensor, step.Site);
        }

        if (needsCuff && !bound.Any(c => c.IsCuff) && fold.Channels.FirstOrDefault(c => c.IsCuff) is { } cuff)
        {
            return (cuff, step.Site.IsAnkleArtery ? new Site(step.Site.Side, Place.Ankle) : step.Site);
        }

        return null;
    }

    private static (string Sentence, string? Go) ToBegin(ExaminationFold fold, ProtocolStep step)
    {
        if (fold.Running is not null && step.Kind != StepKind.SkinOxygen)
        {
            return ("Another step is running.", null);
        }

        if (Missing(fold, step) is { } missing)
        {
            string what = missing.Channel.IsCuff ? "cuff" : missing.Channel.IsSkinSensor ? "electrode" : "sensor";
            string name = missing.Channel.Settings.Name;
            return missing.Channel.IsOpen
                ? ($"Put the {what} {name} on the {SiteWords.Place(missing.Site)}.", $"{what} is on")
                : ($"The {what} {name} is not connected: look at its plug and its power.", null);
        }

        if (step.Kind is StepKind.ToePressure or StepKind.PulseTrace && !fold.Channels.Any(c => c.SampleRateHz > 0))
        {
            return ("No pulse sensor belongs to this examination: say why the step is not obtainable.", null);
        }

        if (!fold.Channels.Any(c => c.IsCuff) && step.Kind is not (StepKind.PulseTrace or StepKind.SkinOxygen))
        {
            return ("No cuff belongs to this examination: say why the step is not obtainable.", null);
        }

        if (fold.Refusal(new Act.Start(step.Key), "-", fold.LastAtNs) is { } refusal)
        {
            return ($"{char.ToUpperInvariant(refusal[0])}{refusal[1..]}.", null);
        }

        return step.Kind switch
        {
            StepKind.ArmPressure => ("Arm at the height of the heart, at rest: start.", "start"),
            StepKind.AnklePressure => ($"Probe on the {(step.Site.Place == Place.PosteriorTibial ? "posterior tibial" : "dorsalis pedis")} artery, flow heard: start.", "start"),
            StepKind.SkinOxygen => ("Electrode sealed on clean skin: start; other steps go on beside it.", "start"),
            StepKind.ToePressure => ("Toe warm and still, five even pulses on the trace: start.", "start"),
            _ => ("Toe warm and still: start.", "start"),
        };
    }

    private static string Running(ExaminationFold fold, ProtocolStep step) => step.Kind switch
    {
        StepKind.ArmPressure => fold.Running is ArmAttempt { HasOutcome: true } ? "The module has answered: stop." : "The module measures by itself: wait.",
        StepKind.AnklePressure when fold.Running is CuffAttempt cuff && IsMarked(fold, cuff) => "Marked: empty the cuff, then stop.",
        StepKind.AnklePressure => "Pump 20 past the last sound; let go 2 mmHg/s; mark the first.",
        StepKind.ToePressure => "Pump 30 past the last pulse; let go 2 mmHg/s; five pulses, stop.",
        StepKind.SkinOxygen => "The skin warms: go on with other steps, stop at the plateau.",
        _ => "Ten quiet seconds, then stop.",
    };

    private static bool IsMarked(ExaminationFold fold, CuffAttempt running) =>
        fold.Acts.LastStanding(a => a is Act.Mark) is { } mark && mark.Number > running.StartedBy;

    /// <summary>The rule or the protocol asks for a further reading before the step is accepted.</summary>
    public static bool WantsAnother(ExaminationFold fold, ProtocolStep step)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(step);
        return fold.Outcome(step.Key) is { } finding && finding.Method != Methods.Stated.Name && (finding.State != MeasurementState.Unreadable || IsTogether(finding))
            && StepReadings.Of(step, fold.Attempts, fold.Acts).Count is > 0 and < ProtocolStep.MostReadings and var readings
            && (finding.Flags.Contains(RepeatedReadings.Disagree) || readings < step.Readings);
    }

    private static bool IsTogether(Finding finding) => finding.Method == Methods.RepeatedReadings.Name;

    private static (string Sentence, string? Go) Found(ExaminationFold fold, ProtocolStep step)
    {
        Finding finding = fold.Outcome(step.Key)!;
        string value = Value(finding);
        if (IsTogether(finding))
        {
            string[] readings = [.. fold.Of(step.Key).Where(fold.IsReading).Select(f => f.Printed)];
            string all = $"{string.Join(", ", readings[..^1])} and {readings[^1]}";
            return !finding.Flags.Contains(RepeatedReadings.Disagree) ? ($"{all}: {value}. Accept it, or repeat the last reading.", null)
                : finding.Value is null ? ($"{all} contradict each other: take a third reading.", "third reading")
                : ($"{all} are more than {fold.Settings!.Rules.Pressures.ReadingsApartMmHg} mmHg apart: take a third reading, or accept their mean, {value}.", "third reading");
        }

        bool lost = StepReadings.Of(step, fold.Attempts, fold.Acts) is [_, .., { IsClosed: true } newest] && newest.Number != finding.Attempt;
        return lost ? ($"The last reading says nothing; {value} stands: accept it, or repeat the last reading.", null)
            : WantsAnother(fold, step) ? ($"{value}: take the second reading, as the protocol has it.", "second reading")
            : ($"{value}: accept it, or repeat the step.", null);
    }

    private static string Value(Finding finding) =>
        string.Create(CultureInfo.InvariantCulture, $"{finding.Printed}{(finding.Value is not null && finding.Unit == "mm[Hg]" ? " mmHg" : string.Empty)}");

    private static string SiteTitle(Site site)
    {
        string place = SiteWords.Place(site);
        return $"{char.ToUpperInvariant(place[0])}{place[1..]}";
    }
}
