using Vascular.Acquisition.Examinations;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Bedside;

/// <summary>What the keys of the page mean as acts, by what the examination shows when their turn comes. Pure; what cannot be done is refused in words.</summary>
public static class BedsideActs
{
    /// <summary>The cuff is at its limit within this, mmHg: the same step as the rule for "still heard".</summary>
    private const double AtLimitMmHg = 0.5;

    /// <summary>Goes on with a step: stops it when it runs, says that a device is in place when one is missing, else starts it.</summary>
    public static Act Go(ExaminationFold fold, string? step)
    {
        ArgumentNullException.ThrowIfNull(fold);
        if (fold.Electrodes.FirstOrDefault(e => e.Step.Key == step && !e.IsClosed) is { } electrode)
        {
            return new Act.Stop(electrode.Step.Key);
        }

        if (fold.Running is { } running && fold.Settings?.Step(step ?? string.Empty)?.Kind != StepKind.SkinOxygen)
        {
            return new Act.Stop(running.Step.Key);
        }

        ProtocolStep chosen = Step(fold, step);
        return ViewOf.Standing(fold, chosen) switch
        {
            StepStanding.Found when StepWords.WantsAnother(fold, chosen) => Another(fold, step),
            StepStanding.Found => throw new FormatException("the step has a result: accept it, or repeat the step"),
            StepStanding.Accepted => throw new FormatException("the step is accepted: undo that, or repeat the step"),
            _ => StepWords.Missing(fold, chosen) is { } missing
                ? new Act.Bind(missing.Channel.Settings.Name, missing.Site, missing.Channel.Identity)
                : new Act.Start(chosen.Key),
        };
    }

    /// <summary>A sound: its return, or, with the cuff at its limit, that it is still heard.</summary>
    /// <param name="markedAtNs">Tape time at which the key was pressed.</param>
    /// <param name="uncertaintyNs">Half the round trip of the page's clock.</param>
    public static Act Mark(ExaminationFold fold, long markedAtNs, long uncertaintyNs)
    {
        ArgumentNullException.ThrowIfNull(fold);
        return new Act.Mark(SoundAt(fold, markedAtNs), markedAtNs, (long)(uncertaintyNs * (fold.Speed ?? 1)));
    }

    /// <summary>Accepts what the step found; without a step, or when it has nothing open, the indices.</summary>
    public static Act Accept(ExaminationFold fold, string? step)
    {
        ArgumentNullException.ThrowIfNull(fold);
        if (fold.Running is not null)
        {
            throw new FormatException("stop the running step first");
        }

        AcceptedVersion[] open = [.. OpenOf(fold, step)];
        if (open.Length == 1 && fold.Findings.First(f => f.Id == open[0].Id) is { State: MeasurementState.Amputated, Site.Side: var side })
        {
            // one statement, one acceptance: the leg does not exist for any of its steps
            open = [.. fold.Findings.Where(f => f.State == MeasurementState.Amputated && f.Site.Side == side && !fold.IsAccepted(f)).Select(f => new AcceptedVersion(f.Id, f.Version))];
        }

        if (open.Length == 0 && ViewOf.Focus(fold) is null)
        {
            open = [.. OpenOf(fold, ProtocolStep.Derived)];
        }

        return open.Length > 0 ? new Act.Accept(open) : throw new FormatException("there is nothing to accept");
    }

    public static Act Undo(ExaminationFold fold) =>
        ViewOf.Undoable(fold) is { } act ? new Act.Undo(act.Number) : throw new FormatException("there is nothing to undo");

    public static Act Repeat(ExaminationFold fold, string? step) => new Act.Repeat(Step(fold, step).Key);

    /// <summary>A further reading of the step's artery, beside those it has.</summary>
    public static Act Another(ExaminationFold fold, string? step) => new Act.Start(Step(fold, step).Key, Further: true);

    /// <summary>Gives the step up, or says that its leg does not exist.</summary>
    public static Act NotObtainable(ExaminationFold fold, string? step, GivenUp reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        ProtocolStep chosen = Step(fold, step);
        return reason.AmputatedAt is { } level ? new Act.Amputated(chosen.Site.Side, level) : new Act.NotObtainable(chosen.Key, reason.Words);
    }

    /// <summary>What the mark key would say now.</summary>
    public static Sound SoundAt(ExaminationFold fold, long atNs)
    {
        ArgumentNullException.ThrowIfNull(fold);
        return fold.Running is CuffAttempt { Step.Kind: StepKind.AnklePressure, CuffLimitMmHg: { } limit } attempt
            && attempt.Cuff.At(atNs) is { } cuff && cuff.MmHg >= limit - AtLimitMmHg
            ? Sound.StillHeard
            : Sound.Returned;
    }

    private static IEnumerable<AcceptedVersion> OpenOf(ExaminationFold fold, string? step) =>
        fold.Findings.Where(f => ProtocolStep.Of(f) == step && !fold.IsAccepted(f)).Select(f => new AcceptedVersion(f.Id, f.Version));

    private static ProtocolStep Step(ExaminationFold fold, string? step)
    {
        ArgumentNullException.ThrowIfNull(fold);
        return step is not null && fold.Settings?.Step(step) is { } found ? found : throw new FormatException("every step is decided: choose one to repeat it");
    }
}

/// <summary>A reason on the short list for a step that is given up.</summary>
/// <param name="AmputatedAt">The leg does not exist from this level on; null: the step was tried or could not be.</param>
public sealed record GivenUp(string Words, string? AmputatedAt = null)
{
    private static readonly GivenUp[] Anywhere = [new("wound or dressing"), new("pain"), new("movement"), new("no pulse or flow signal found"), new("patient declined")];

    private static readonly GivenUp[] OfLeg = [new("amputated below the knee", "below the knee"), new("amputated above the knee", "above the knee")];

    /// <summary>The reasons of a step, in the order of their number keys.</summary>
    public static IReadOnlyList<GivenUp> For(StepKind kind) => kind switch
    {
        StepKind.SkinOxygen => Anywhere,
        StepKind.ArmPressure => [.. Anywhere, new("fistula or lymph oedema")],
        StepKind.ToePressure or StepKind.PulseTrace => [.. Anywhere, .. OfLeg, new("toe amputated")],
        _ => [.. Anywhere, .. OfLeg],
    };
}
