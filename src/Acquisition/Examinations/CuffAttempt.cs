using System.Globalization;
using Vascular.Processing.Pressures;
using Vascular.Processing.Vocabulary;

namespace Vascular.Acquisition.Examinations;

/// <summary>An ankle or toe pressure with a hand-operated cuff: the end point is what the operator heard (ankle), or what a distal pulse shows.</summary>
public sealed class CuffAttempt(Guid examination, ProtocolStep step, int number, int binding, NumberedAct start, IReadOnlyList<Channel> channels, IReadOnlyList<int> bindActs)
    : Attempt(examination, step, number, binding, start, channels, bindActs)
{
    /// <summary>A pressure at an instant rests on the second before and after it.</summary>
    private const long Around = 1_000_000_000;

    // The cuff's own tolerance is a setting and is added once, below.
    private readonly ReturnOfPulse _returnOfPulse = new(cuffAccuracyMmHg: 0);
    private long? _heartPeriodNs;
    private ReturnOfPulseResult? _finished;

    public CuffHistory Cuff { get; } = new();

    /// <summary>Highest pressure the module can reach, mmHg; null where it is not configured.</summary>
    public int? CuffLimitMmHg => Channels.FirstOrDefault(c => c.IsCuff)?.Settings.CuffLimitMmHg;

    /// <summary>When the cuff passed the pressure at which the pulse returned; null before the attempt was evaluated, and where the pulse showed no end point.</summary>
    public long? ReturnOfPulseAtNs => _finished?.EndPointAtNs;

    private bool HasPleth => Channels.Any(c => !c.IsCuff);

    public override void Take(Channel channel, in Reading reading)
    {
        ArgumentNullException.ThrowIfNull(channel);
        switch (reading.Kind)
        {
            case ReadingKind.CuffPressure when reading.HasValue:
                Cuff.Add(reading.AtNs, reading.Value);
                _returnOfPulse.Cuff(reading.AtNs, reading.Value);
                break;
            case ReadingKind.PlethSample when (reading.Marks & (QualityMarks.SensorAlarm | QualityMarks.SensorDisconnected)) != 0:
                _returnOfPulse.Gap(reading.AtNs);
                break;
            case ReadingKind.PlethSample when !reading.HasValue || reading.Waveform is { IsGradable: false }:
                _returnOfPulse.Gap(reading.AtNs);
                break;
            case ReadingKind.PlethSample:
                _returnOfPulse.Pleth(reading.AtNs, reading.Value);
                break;
            case ReadingKind.PulseRate when reading.HasValue && reading.Value > 0:
                _heartPeriodNs = (long)(60e9 / reading.Value);
                break;
            case ReadingKind.Refused:
                _returnOfPulse.Gap(reading.AtNs);
                break;
        }
    }

    protected override void OnGap(Channel channel, long atNs) => _returnOfPulse.Gap(atNs);

    public override Finding Evaluate(AttemptContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Method method = Step.IsByEar && !HasPleth ? Methods.DopplerMark : Methods.ReturnOfPulse;
        if (Broken(method) is { } broken)
        {
            return broken;
        }

        if (context.MovedEndPointAtNs is { } moved)
        {
            return AtInstant(context, Methods.MovedEndPoint, moved, 0) with { Flags = ["end_point_moved"] };
        }

        if (context.Marks is [.., var standing])
        {
            Finding marked = Marked(context, standing.Mark);
            return standing.Paced ? marked with { Flags = [.. marked.Flags, "paced"] } : marked;
        }

        return HasPleth ? ByPulse(context) : Unreadable(method, "no end point was marked and no pulse sensor was bound");
    }

    private Finding Marked(AttemptContext context, Act.Mark mark) => mark.Sound switch
    {
        Sound.Returned => AtInstant(context, Methods.DopplerMark, mark.MarkedAtNs, mark.UncertaintyNs),
        Sound.StillHeard when GapWithin(mark.MarkedAtNs - Around, mark.MarkedAtNs + Around) => Unreadable(Methods.DopplerMark, "the mark lies in a gap of the cuff's line"),
        Sound.NoSignal => Draft(MeasurementState.Absent, Methods.DopplerMark, "no pulse found") with { Reason = "no flow signal with the cuff empty" },
        _ => AboveLimit(Methods.DopplerMark, CuffLimitMmHg ?? (int)(Cuff.HighestMmHg ?? 0), "flow still heard at the cuff limit") with
        {
            FromAtNs = mark.MarkedAtNs,
            ToAtNs = mark.MarkedAtNs,
        },
    };

    private Finding AboveLimit(Method method, int limit, string reason) =>
        Draft(MeasurementState.AboveLimit, method, string.Create(CultureInfo.InvariantCulture, $">{limit} NC")) with
        {
            Limit = limit,
            Reason = reason,
            Category = "noncompressible",
        };

    /// <summary>The cuff pressure at an instant the operator named.</summary>
    private Finding AtInstant(AttemptContext context, Method method, long atNs, long uncertaintyNs)
    {
        if (GapWithin(atNs - Around, atNs + Around))
        {
            return Unreadable(method, "the end point lies in a gap of the cuff's line");
        }

        if (Cuff.At(atNs) is not { } cuff)
        {
            return Unreadable(method, "no cuff pressure was received at the end point");
        }

        // One beat's fall is the resolution of any end point by flow; the mark's own clock adds its share.
        double period = _heartPeriodNs is { } ns ? ns / 1e9 : context.Settings.AssumedHeartPeriodSeconds;
        double rate = Math.Abs(cuff.MmHgPerSecond);
        double beat = rate * period / 2;
        double clock = rate * uncertaintyNs / 1e9;
        const double HalfStep = 0.5;
        UncertaintyPart[] parts =
            [new(UncertaintySource.EndPointResolution, beat), new(UncertaintySource.MarkClock, clock), new(UncertaintySource.ReadingStep, HalfStep), new(UncertaintySource.Device, context.Settings.CuffHalfWidthMmHg)];
        Pressure pressure = Pressure.FromMmHg(cuff.MmHg);
        return Draft(MeasurementState.Measured, method, $"{pressure.Printed}") with
        {
            Value = pressure.Printed,
            Unrounded = cuff.MmHg,
            Uncertainty = UncertaintyPart.Whole(parts),
            FromAtNs = atNs - Around,
            ToAtNs = atNs + Around,
            Parts =
            [
                new FindingPart("deflation-rate", rate, "mm[Hg]/s"),
                new FindingPart("endpoint-resolution", rate * period, "mm[Hg]"),
                .. Uncertain(parts, "mm[Hg]"),
            ],
        };
    }

    private Finding ByPulse(AttemptContext context)
    {
        Method method = Methods.ReturnOfPulse;
        ReturnOfPulseResult result = _finished ??= _returnOfPulse.Finish();
        Finding draft = result.State switch
        {
            MeasurementState.Measured => MeasuredByPulse(context, result),
            MeasurementState.AboveLimit => AboveLimit(method, (int)Math.Floor(result.LimitMmHg ?? Cuff.HighestMmHg ?? 0), "the pulse never vanished"),
            MeasurementState.BelowLimit => Draft(MeasurementState.BelowLimit, method, string.Create(CultureInfo.InvariantCulture, $"<{Math.Ceiling(result.LimitMmHg ?? 0)}")) with { Limit = Math.Ceiling(result.LimitMmHg ?? 0) },
            MeasurementState.Absent => Draft(MeasurementState.Absent, method, "no pulse found") with { Reason = "no pulse found under good conditions" },
            _ => Unreadable(method, result.Flags == ReturnOfPulseFlags.None ? "no statement is possible" : string.Join(", ", result.Flags.Words())),
        };
        return draft with { Flags = result.Flags.Words() };
    }

    private Finding MeasuredByPulse(AttemptContext context, ReturnOfPulseResult result)
    {
        double systolic = result.SystolicMmHg!.Value;
        double own = result.UncertaintyMmHg ?? 0;
        Pressure pressure = Pressure.FromMmHg(systolic);
        return Draft(MeasurementState.Measured, Methods.ReturnOfPulse, $"{pressure.Printed}") with
        {
            Value = pressure.Printed,
            Unrounded = systolic,
            Uncertainty = Math.Sqrt((own * own) + (context.Settings.CuffHalfWidthMmHg * context.Settings.CuffHalfWidthMmHg)),
            FromAtNs = result.FromNs,
            ToAtNs = result.ToNs,
            Parts =
            [
                new FindingPart("deflation-rate", result.DeflationMmHgPerS, "mm[Hg]/s", result.DeflationMmHgPerS is null ? "not measurable" : null),
                new FindingPart("endpoint-resolution", result.EndpointResolutionMmHg, "mm[Hg]", result.EndpointResolutionMmHg is null ? "not measurable" : null),
                .. Uncertain([.. result.Uncertain, new UncertaintyPart(UncertaintySource.Device, context.Settings.CuffHalfWidthMmHg)], "mm[Hg]"),
            ],
        };
    }
}
