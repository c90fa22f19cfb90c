using Vascular.Processing.Staging;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>Which acts can be done when. An act that is refused never reaches the tape; the reason says what to do.</summary>
public static class ActRules
{
    /// <summary>How far back a mark may reach, ns of tape time.</summary>
    public const long MarkHistoryNs = 10_000_000_000;

    /// <returns>The reason, or null when the act can be done.</returns>
    public static string? Refusal(ExaminationFold fold, Act act, string user, long atNs)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(act);
        if (string.IsNullOrWhiteSpace(user))
        {
            return "an act needs the name of the person who does it";
        }

        if (fold.IsEnded && act is not (Act.Undo or Act.Patient or Act.Comment or Act.Accept or Act.Evidence or Act.SignEvidence))
        {
            return "the examination has ended: what can still be done is accept, undo, comment, enter and sign an evidence sheet, and correct the patient";
        }

        if (act is not Act.Patient && fold.Acts.Patient is null)
        {
            return "no patient is named yet: name the patient first";
        }

        return act switch
        {
            Act.Patient patient => patient == fold.Acts.Patient ? "this is the patient of the examination already" : null,
            Act.Bind bind => Bind(fold, bind),
            Act.Start start => Start(fold, start),
            Act.Stop stop => IsRunning(fold, stop.Step) ? null : $"step {stop.Step} is not running",
            Act.Mark mark => Mark(fold, mark, atNs),
            Act.MoveEndPoint move => Move(fold, move),
            Act.Accept accept => Accept(fold, accept),
            Act.Repeat repeat => Known(fold, repeat.Step) ?? (fold.Running is null && !IsRunning(fold, repeat.Step) ? null : "stop the running step first"),
            Act.NotObtainable given => Known(fold, given.Step) ?? (IsRunning(fold, given.Step) ? "stop the running step first" : null),
            Act.Undo undo => Undo(fold, undo),
            Act.Evidence entered => Evidence(fold, entered),
            Act.SignEvidence sign => Sign(fold, sign),
            Act.Send => fold.Acceptance.WhyNotSend(),
            Act.End => fold.Running is null
                ? fold.Electrodes is [var first, ..] ? $"{first.Step.Site} still has its electrode: stop step {first.Step.Key} before the end" : null
                : "stop the running step before the end",
            _ => null,
        };
    }

    /// <summary>Channels a step reads and the acts that bind them: the cuff on the step's site, and a pulse sensor on a toe of the same limb.</summary>
    public static IEnumerable<(Channel Channel, NumberedAct Bind)> ChannelsFor(ExaminationFold fold, ProtocolStep step)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(step);
        foreach (Channel channel in fold.Channels)
        {
            if (channel.Binding is not { Act: Act.Bind bind } act)
            {
                continue;
            }

            bool fits = channel.IsSkinSensor || step.Kind == StepKind.SkinOxygen
                ? channel.IsSkinSensor && step.Kind == StepKind.SkinOxygen && bind.Site == step.Site
                : channel.IsCuff ? step.Kind != StepKind.PulseTrace && CuffFits(bind.Site, step.Site)
                : channel.SampleRateHz > 0 && (step.Kind is StepKind.PulseTrace or StepKind.ToePressure
                    ? PulseFits(bind.Site, step.Site)
                    : step.Kind == StepKind.AnklePressure && bind.Site.IsToe && bind.Site.Side == step.Site.Side);
            if (fits)
            {
                yield return (channel, act);
            }
        }
    }

    private static bool CuffFits(Site bound, Site step) =>
        bound == step || (step.IsAnkleArtery && bound == new Site(step.Side, Place.Ankle));

    private static bool PulseFits(Site bound, Site step) => bound == step;

    private static bool IsRunning(ExaminationFold fold, string step) => fold.Running?.Step.Key == step || fold.Electrodes.Any(e => e.Step.Key == step);

    private static string? Known(ExaminationFold fold, string step) =>
        fold.Settings?.Step(step) is null ? $"the protocol has no step '{step}'" : null;

    private static string? Bind(ExaminationFold fold, Act.Bind bind)
    {
        if (fold.ChannelNamed(bind.Link) is not { } channel)
        {
            return $"no link is named '{bind.Link}'; configured are {string.Join(", ", fold.Channels.Select(c => c.Settings.Name))}";
        }

        if (!channel.IsOpen)
        {
            return $"'{bind.Link}' is not connected: connect it, then say where it sits";
        }

        if (fold.Running?.Uses(channel) == true || fold.Electrodes.Any(e => e.Uses(channel)))
        {
            return $"'{bind.Link}' is in use by the running step: stop it first";
        }

        return bind.Identity == channel.Identity ? null : $"the device at '{bind.Link}' is {channel.Identity}, not {bind.Identity}: look at it and bind it again";
    }

    private static string? Start(ExaminationFold fold, Act.Start start)
    {
        if (Known(fold, start.Step) is { } unknown)
        {
            return unknown;
        }

        ProtocolStep step = fold.Settings!.Step(start.Step)!;
        if (IsRunning(fold, step.Key))
        {
            return $"step {step.Key} is running already";
        }

        if (start.Further && Further(fold, step) is { } notFurther)
        {
            return notFurther;
        }

        if (fold.Running is { } running && step.Kind != StepKind.SkinOxygen)
        {
            return $"step {running.Step.Key} is running: stop it first";
        }

        if (step.Site.IsFoot && fold.Acts.LastStanding(a => a is Act.Amputated m && m.Side == step.Site.Side) is not null)
        {
            return $"{step.Site} is amputated";
        }

        Channel[] bound = [.. ChannelsFor(fold, step).Select(c => c.Channel)];
        if (step.Kind == StepKind.SkinOxygen && bound.Length != 1)
        {
            return bound.Length == 0 ? $"no TcPO2 electrode is on {step.Site}: connect it and bind it there" : $"two electrodes are bound to {step.Site}: one of them sits elsewhere, bind it there";
        }

        if (step.Kind is not (StepKind.PulseTrace or StepKind.SkinOxygen) && !bound.Any(c => c.IsCuff))
        {
            return $"no cuff is on {step.Site}: connect it and bind it there";
        }

        if (step.Kind == StepKind.ArmPressure && !bound.Any(c => c.IsCuffModule))
        {
            return $"the cuff on {step.Site} is worked by hand and measures no arm by itself: bind a cuff module there";
        }

        if (step.Kind is StepKind.PulseTrace or StepKind.ToePressure && bound.All(c => c.IsCuff))
        {
            if (fold.Channels.FirstOrDefault(c => c.Waveform is { IsGradable: false } && c.Binding?.Act is Act.Bind bind && bind.Site == step.Site) is { } shown)
            {
                return $"the trace of '{shown.Settings.Name}' ({shown.Settings.Protocol}) is for the eye alone, no statement may rest on it: bind another pulse sensor on {step.Site}";
            }

            return $"no pulse sensor is on {step.Site}: connect it and bind it there";
        }

        return bound.FirstOrDefault(c => !c.IsOpen) is { } closed ? $"'{closed.Settings.Name}' is not connected" : null;
    }

    private static string? Further(ExaminationFold fold, ProtocolStep step)
    {
        int readings = StepReadings.Of(step, fold.Attempts, fold.Acts).Count;
        return !step.IsCuffPressure ? $"step {step.Key} has no readings beside each other: repeat it"
            : readings == 0 ? $"step {step.Key} has no reading yet: start it"
            : readings >= ProtocolStep.MostReadings ? $"step {step.Key} has three readings: accept what they come to, or repeat the last"
            : null;
    }

    private static string? Mark(ExaminationFold fold, Act.Mark mark, long atNs)
    {
        if (fold.Running is not CuffAttempt attempt)
        {
            return "no step with a hand-operated cuff is running";
        }

        if (mark.MarkedAtNs > atNs)
        {
            return "the mark lies in the future of the tape";
        }

        if (mark.MarkedAtNs < atNs - MarkHistoryNs || mark.MarkedAtNs < attempt.StartedAtNs)
        {
            return "the mark lies before the history that is kept (10 s, and not before the step began): mark again";
        }

        if (mark.Sound == Sound.NoSignal)
        {
            return null;
        }

        if (attempt.Cuff.At(mark.MarkedAtNs) is not { } cuff)
        {
            return "no cuff pressure was received at that instant: look at the cuff's line";
        }

        return mark.Sound == Sound.StillHeard && attempt.CuffLimitMmHg is { } limit && cuff.MmHg < limit - 0.5
            ? $"the cuff is at {cuff.MmHg:F0} mmHg, below its limit of {limit}: inflate to the limit, or mark the return of flow"
            : null;
    }

    private static string? Move(ExaminationFold fold, Act.MoveEndPoint move)
    {
        if (Known(fold, move.Step) is { } unknown)
        {
            return unknown;
        }

        return fold.Attempts.LastOrDefault(a => a.Step.Key == move.Step) is CuffAttempt { IsClosed: true } attempt
            && move.EndPointAtNs >= attempt.StartedAtNs && move.EndPointAtNs <= attempt.EndedAtNs
            ? null
            : $"step {move.Step} has no finished attempt that contains this instant";
    }

    private static string? Accept(ExaminationFold fold, Act.Accept accept)
    {
        if (accept.Findings.Count == 0)
        {
            return "nothing was named to accept";
        }

        foreach (AcceptedVersion wanted in accept.Findings)
        {
            if (fold.Findings.FirstOrDefault(f => f.Id == wanted.Id) is not { } finding)
            {
                return $"there is no finding {wanted.Id} any more";
            }

            if (finding.Version != wanted.Version)
            {
                return $"{finding.Name} has changed to version {finding.Version} since you looked: look again, then accept";
            }

            if (fold.IsAccepted(finding))
            {
                return $"{finding.Name} is accepted already";
            }

            if (finding.Method == Methods.RepeatedReadings.Name
                && fold.Findings.FirstOrDefault(f => finding.Inputs.Contains(f.Id) && !fold.IsAccepted(f) && accept.Findings.All(a => a.Id != f.Id)) is { } reading)
            {
                return $"{finding.Name} rests on {reading.Name}: accept both";
            }
        }

        return null;
    }

    private static string? Evidence(ExaminationFold fold, Act.Evidence entered) =>
        entered.What.IsEmpty ? "nothing was entered" : ExaminationEvidence.Refusal(fold, entered.Side, entered.What.Answers);

    private static string? Sign(ExaminationFold fold, Act.SignEvidence sign) => fold.Evidence.Of(sign.Side) switch
    {
        null or { IsEntered: false } => "nothing is entered for this limb: enter the answers first",
        { Signature: { } signature } => $"{signature.By} has signed this already",
        var sheet when sheet.Version != sign.Version => "the sheet has changed since you looked: look again, then sign",
        { Evidence.Sheet.State: EvidenceSheet.Incomplete } => "the sheet is incomplete: answer what decides first",
        _ => null,
    };

    private static string? Undo(ExaminationFold fold, Act.Undo undo)
    {
        NumberedAct? act = fold.Acts.All.FirstOrDefault(a => a.Number == undo.Number);
        if (act is null)
        {
            return $"there is no act {undo.Number}";
        }

        if (!act.Act.CanBeUndone)
        {
            return act.Act switch
            {
                Act.Start or Act.Stop => "start and stop are not undone: repeat the step",
                Act.Patient => "the patient is not undone: name the right one",
                Act.Send => "what was sent is out: undo what was accepted, and everyone who holds it hears of it",
                _ => $"{act.Act.Kind} is not undone",
            };
        }

        return fold.Acts.Stands(undo.Number) ? null : $"act {undo.Number} is undone already; undo the undo to bring it back";
    }
}
