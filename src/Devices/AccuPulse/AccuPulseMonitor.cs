using System.Buffers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.AccuPulse;

/// <summary>What the settings on the tape say about an AccuPulse.</summary>
public sealed record AccuPulseOptions
{
    /// <summary>Send commands in angle brackets, as the manual prints them. Declined commands are tried the other way in any case.</summary>
    public bool Brackets { get; init; }
}

/// <summary>An AccuPulse as a reference manometer: cuff pressure in 0.1 mmHg, four times a second. For the bench.</summary>
/// <remarks>It asks for the stream when the line opens, and again every 2 s while none comes (<see cref="ReadingKind.NoReply"/> once). Readings:
/// <see cref="ReadingKind.CuffPressure"/>, at a rail Missing with <see cref="QualityMarks.AboveRange"/> or <see cref="QualityMarks.BelowRange"/> and the limit
/// (mmHg) in Detail; <see cref="ReadingKind.DeviceStatus"/> for other answers (Detail: <see cref="AccuPulseAnswer"/>). Before the first <c>=</c> a number may have
/// lost its first digits and is refused as <see cref="WireFault.Truncated"/>, with Detail 0.</remarks>
public sealed class AccuPulseMonitor : WireMonitor<AccuPulseFrame>
{
    private const long WaitNs = 2_000_000_000;
    private const int LowestMmHg = -30;
    private const int HighestMmHg = 400;

    private readonly AccuPulseOptions _options;
    private bool _brackets;
    private bool _answered;
    private bool _told;
    private bool _ask;
    private bool _bothTried;
    private long _pressures;

    public AccuPulseMonitor(AccuPulseOptions options)
        : base(AccuPulseCodec.LongestLook)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    protected override void Restart(in Record record, IList<Reading> readings)
    {
        (_brackets, _answered, _told, _bothTried, _pressures) = (_options.Brackets, false, false, false, 0);
        _ask = record.Kind == RecordKind.Open;
    }

    protected override OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out AccuPulseFrame frame, out WireFault fault) =>
        AccuPulseCodec.TryRead(ref wire, out frame, out fault);

    protected override WireFault LeftOver(in ReadOnlySequence<byte> wire)
    {
        ReadOnlySequence<byte> rest = wire;
        AccuPulseCodec.SkipSeparators(ref rest);
        return base.LeftOver(rest);
    }

    protected override void Take(in AccuPulseFrame frame, long atNs, long behind, IList<Reading> readings)
    {
        if (frame.Answer != AccuPulseAnswer.Pressure)
        {
            readings.Add(new Reading(ReadingKind.DeviceStatus, atNs, atNs, 0) { Detail = (int)frame.Answer });
            _answered |= frame.Answer == AccuPulseAnswer.Accepted;
            if (frame.Answer == AccuPulseAnswer.Rejected && !_answered && !_bothTried)
            {
                (_brackets, _ask, _bothTried) = (!_brackets, true, true);
            }
        }
        else if (!_answered)
        {
            readings.Add(new Reading(ReadingKind.Refused, atNs, atNs, 0) { Fault = WireFault.Truncated });
        }
        else
        {
            QualityMarks rail = frame.Tenths == AccuPulseFrame.AboveRange ? QualityMarks.AboveRange : frame.Tenths == AccuPulseFrame.BelowRange ? QualityMarks.BelowRange : 0;
            readings.Add(Numeric(ReadingKind.CuffPressure, frame.MmHg, atNs, rail) with
            {
                Index = _pressures++,
                Detail = rail == QualityMarks.AboveRange ? HighestMmHg : rail == QualityMarks.BelowRange ? LowestMmHg : 0,
            });
            (DeadlineNs, _told) = (atNs + WaitNs, false);
        }
    }

    protected override void Judge(in Record record, IList<Reading> readings)
    {
        if (record.AtNs >= DeadlineNs)
        {
            if (!_told)
            {
                readings.Add(new Reading(ReadingKind.NoReply, record.AtNs, record.AtNs, 0));
                _told = true;
            }

            _ask = true;
        }

        if (_ask)
        {
            _ask = false;
            AccuPulseCodec.WriteStream(on: true, _brackets, Outgoing);
            DeadlineNs = record.AtNs + WaitNs;
        }
    }
}
