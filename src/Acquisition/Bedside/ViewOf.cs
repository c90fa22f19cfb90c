using System.Globalization;
using Vascular.Acquisition.Examinations;
using Vascular.Acquisition.Station;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Bedside;

/// <summary>An examination as the page shows it: a pure function of its fold.</summary>
public static class ViewOf
{
    /// <param name="notices">What is wrong with a device, by its name.</param>
    /// <param name="scripted">The simulated technician is at work.</param>
    public static BedsideView Examination(Guid id, ExaminationFold fold, IReadOnlyDictionary<string, DeviceNotice> notices, bool scripted)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(notices);
        FindingView[] findings = [.. fold.Findings.Select(f => FindingWords.Of(f, fold.IsAccepted(f)) with { IsReading = fold.IsReading(f) })];
        string? focus = Focus(fold);
        return new BedsideView
        {
            Examination = id,
            Patient = fold.Acts.Patient?.Value,
            Reason = fold.Acts.Patient?.Reason,
            SimulatedDevices = [.. fold.Channels.Where(c => c.Settings.Simulated).Select(c => c.Settings.Name)],
            Speed = fold.Speed,
            IsEnded = fold.IsEnded,
            IsScripted = scripted,
            Steps = [.. (fold.Settings?.Protocol ?? []).Select(s => Step(fold, s))],
            Run = Run(fold),
            Electrodes = [.. fold.Electrodes.Select(e => OxygenWords.Of(fold, e))],
            Focus = focus,
            Findings = findings,
            Evidence = [.. new[] { fold.Evidence.Of(Side.Right), fold.Evidence.Of(Side.Left) }.OfType<StandingEvidence>()],
            Devices = [.. fold.Channels.Select(c => Device(c, notices.GetValueOrDefault(c.Settings.Name)))],
            Amputated = fold.Acts.Standing.Select(a => a.Act).OfType<Act.Amputated>().GroupBy(a => a.Side).ToDictionary(g => g.Key, g => g.Last().Level),
            LastUndoable = Undoable(fold),
            WhyNotSend = fold.IsEnded ? "the examination has ended" : fold.Acceptance.WhyNotSend(),
        };
    }

    /// <summary>The step a person would go on with: the running one, else the first that is not accepted.</summary>
    public static string? Focus(ExaminationFold fold)
    {
        ArgumentNullException.ThrowIfNull(fold);
        // An electrode that warms leaves the hands free: it is gone on with when nothing else is left.
        return fold.Running?.Step.Key
            ?? fold.Settings?.Protocol.FirstOrDefault(s => Standing(fold, s) is StepStanding.Open or StepStanding.Found)?.Key
            ?? fold.Settings?.Protocol.FirstOrDefault(s => Standing(fold, s) == StepStanding.Running)?.Key;
    }

    /// <summary>The last act that stands and that an undo may name, an undo itself excepted: undoing walks back. What a physician wrote is not the bedside's to undo.</summary>
    public static (int Number, string What)? Undoable(ExaminationFold fold)
    {
        ArgumentNullException.ThrowIfNull(fold);
        NumberedAct? act = fold.IsEnded ? null : fold.Acts.LastStanding(a => a.CanBeUndone && !a.IsPaperwork && a is not Act.Undo);
        return act is null ? null : (act.Number, ActWords.Of(fold, act.Act));
    }

    internal static StepStanding Standing(ExaminationFold fold, ProtocolStep step)
    {
        if (fold.Running?.Step.Key == step.Key || fold.Electrodes.Any(e => e.Step.Key == step.Key && !e.IsClosed))
        {
            return StepStanding.Running;
        }

        Finding? finding = fold.Outcome(step.Key);
        return finding is null ? StepStanding.Open : fold.IsAccepted(finding) ? StepStanding.Accepted : StepStanding.Found;
    }

    private static StepView Step(ExaminationFold fold, ProtocolStep step)
    {
        StepStanding standing = Standing(fold, step);
        (string sentence, string? go) = StepWords.Next(fold, step, standing);
        int attempts = fold.Attempts.Count(a => a.Step.Key == step.Key);
        return new StepView(step.Key, step.Kind, step.Site, StepWords.Name(step), StepWords.Title(step), standing, attempts, sentence, go)
        {
            Readings = [.. fold.Of(step.Key).Where(fold.IsReading).Select(f => f.Printed)],
            Another = BedsideActs.Another(fold, step.Key) is { } act && fold.Refusal(act, "-", fold.LastAtNs) is null,
        };
    }

    /// <summary>The running attempt; else the last one, until a person puts a device elsewhere: then what comes live counts again.</summary>
    private static RunView? Run(ExaminationFold fold)
    {
        if (fold.Attempts.LastOrDefault(a => a.Step.Kind != StepKind.SkinOxygen) is not { } attempt)
        {
            return null;
        }

        bool live = fold.Running == attempt;
        if (!live && fold.Acts.All.Any(a => a.AtNs >= attempt.EndedAtNs && a.Act is Act.Bind or Act.Repeat && a.User != Users.SimulatedTechnician))
        {
            return null;
        }

        Channel? pulse = attempt.Channels.FirstOrDefault(c => c.SampleRateHz > 0);
        Channel? cuff = attempt.Channels.FirstOrDefault(c => c.IsCuff);
        return new RunView(attempt.Step.Key, attempt.Number, attempt.StartedAtNs, attempt.EndedAtNs, EndPoint(fold, attempt), pulse?.Number, cuff?.Number, Scale(attempt), live);
    }

    private static double Scale(Attempt attempt) => attempt.Step.Kind switch
    {
        StepKind.ToePressure => 150,
        StepKind.ArmPressure => 200,
        _ => 300,
    };

    private static EndPointView? EndPoint(ExaminationFold fold, Attempt attempt)
    {
        if (attempt is not CuffAttempt cuff)
        {
            return null;
        }

        long until = attempt.EndedAtNs ?? long.MaxValue;
        int before = StepReadings.Until(attempt, fold.Attempts);
        NumberedAct[] since = [.. fold.Acts.Standing.Where(a => a.Number > attempt.StartedBy && a.Number < before)];
        long? moved = (since.LastOrDefault(a => a.Act is Act.MoveEndPoint m && m.Step == attempt.Step.Key)?.Act as Act.MoveEndPoint)?.EndPointAtNs;
        Act.Mark? mark = since.LastOrDefault(a => a.AtNs <= until && a.Act is Act.Mark)?.Act as Act.Mark;
        if ((moved ?? mark?.MarkedAtNs ?? cuff.ReturnOfPulseAtNs) is not { } at || mark is { Sound: Sound.NoSignal })
        {
            return null;
        }

        Finding? finding = attempt.IsClosed ? fold.Findings.FirstOrDefault(f => f.Step == attempt.Step.Key && f.Attempt == attempt.Number) : null;
        double? there = finding?.Unrounded ?? cuff.Cuff.At(at)?.MmHg;
        string label = mark is { Sound: Sound.StillHeard } && moved is null
            ? "flow still heard"
            : there is { } mmHg ? string.Create(CultureInfo.InvariantCulture, $"{Pressure.FromMmHg(mmHg).Printed} mmHg") : "marked";
        return new EndPointView(at, label, there);
    }

    private static DeviceView Device(Channel channel, DeviceNotice? notice)
    {
        string? where = channel.Binding is { Act: Act.Bind bind } ? SiteWords.Short(bind.Site) : null;
        DevicePhase phase = PhaseOf(channel, notice);
        bool well = phase == DevicePhase.Streaming || (phase == DevicePhase.Identifying && DeviceProtocol.Find(channel.Settings.Protocol) is { Silence: null });
        string state = phase switch
        {
            DevicePhase.Connecting => "not connected",
            DevicePhase.Faulted => notice!.Event == LinkNotice.NotConnected ? "not connected" : "faulted",
            DevicePhase.Streaming when notice is not null => "look",
            _ => phase.ToString().ToLowerInvariant(),
        };
        return new DeviceView(channel.Settings.Name, channel.IsCuff ? "cuff" : channel.IsSkinSensor ? "TcPO2" : channel.SampleRateHz > 0 ? "PPG" : channel.Settings.Protocol, channel.Number, well && notice is null, state, where, notice?.Words, Samples(channel));
    }

    private static string? Samples(Channel channel)
    {
        if (channel.Waveform is not { } waveform || channel.Samples is not { Received: > 0 } samples)
        {
            return null;
        }

        string jumps = samples.Jumps > 0 ? string.Create(CultureInfo.InvariantCulture, $", {samples.Jumps} clock jumps") : string.Empty;
        string drift = samples is { IsOffRate: true, Drift: { } part } ? string.Create(CultureInfo.InvariantCulture, $", rate off by {part * 100:+0.0;-0.0} %") : string.Empty;
        string shown = waveform.IsGradable ? string.Empty : ", shown and never graded";
        return string.Create(CultureInfo.InvariantCulture, $"{samples.Received} of {samples.Expected} samples{jumps}{drift}; {waveform.Bits} bit, {Word(waveform.Scaling)}{shown}");
    }

    private static string Word(WaveformScaling scaling) => scaling switch
    {
        WaveformScaling.Compressed => "compressed",
        WaveformScaling.UnknownGain => "gain unknown",
        WaveformScaling.FixedGain => "one gain",
        _ => "scaling not stated",
    };

    /// <summary>The tape does not know why a line does not open, nor that what comes is no frame: the notice does.</summary>
    private static DevicePhase PhaseOf(Channel channel, DeviceNotice? notice) => notice is { IsFault: true } ? DevicePhase.Faulted : channel.Phase;
}
