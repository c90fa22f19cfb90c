using System.Buffers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices;

/// <summary>What every fold over a byte stream does alike: keeps the unfinished end of the last read, joins refused bytes to runs, tells silence and
/// a line that closed inside a frame, and puts together what is to be sent.</summary>
/// <typeparam name="TFrame">What the codec takes off the wire.</typeparam>
public abstract class WireMonitor<TFrame> : IMonitor
{
    /// <summary>No deadline.</summary>
    protected const long Never = long.MaxValue;

    private readonly WireTail _tail;
    private ArrayBufferWriter<byte>? _send;
    private long _wakeAskedNs = Never;
    private long _heardNs;

    /// <param name="longestLook">What the codec may have to hold before it can say what the first byte is.</param>
    protected WireMonitor(int longestLook) => _tail = new WireTail(longestLook);

    /// <summary>When <see cref="Judge"/> is to be called next at the latest; <see cref="Never"/> for no such time.</summary>
    protected long DeadlineNs { get; set; } = Never;

    public Step Next(in Record record, IList<Reading> readings)
    {
        ArgumentNullException.ThrowIfNull(readings);
        switch (record.Kind)
        {
            case RecordKind.Open:
                Begin(record, readings);
                break;

            case RecordKind.Closed:
                if (LeftOver(_tail.Wire) is var fault and not WireFault.None)
                {
                    Refuse(default(RefusedRun).With(fault, _tail.Wire.Length), record.AtNs, readings);
                }

                Begin(record, readings);
                break;

            case RecordKind.Bytes:
                _heardNs = record.AtNs;
                Decode(record.AtNs, record.Bytes.Span, readings);
                break;

            case RecordKind.Stray:
                Refuse(default(RefusedRun).With(WireFault.Noise, record.Bytes.Length), record.AtNs, readings);
                break;

            case RecordKind.Silent:
                readings.Add(new Reading(ReadingKind.Silent, record.AtNs, record.AtNs, (record.AtNs - _heardNs) / 1e9));
                break;

            case RecordKind.Wake:
                _wakeAskedNs = Never;
                break;
        }

        Judge(record, readings);
        return Answer();
    }

    /// <summary>Takes one frame, or one refusal, off the front of <paramref name="wire"/>.</summary>
    protected abstract OperationStatus TryRead(ref ReadOnlySequence<byte> wire, out TFrame frame, out WireFault fault);

    /// <summary>What a frame says, as readings.</summary>
    /// <param name="behind">Bytes behind it that the same read brought.</param>
    protected abstract void Take(in TFrame frame, long atNs, long behind, IList<Reading> readings);

    /// <summary>The line opened (<see cref="RecordKind.Open"/>) or closed: whatever was under way is not gone on with.</summary>
    protected virtual void Restart(in Record record, IList<Reading> readings)
    {
    }

    /// <summary>A run of refused bytes ended, or the read that held it did.</summary>
    protected virtual void Refuse(in RefusedRun run, long atNs, IList<Reading> readings) => readings.Add(run.ToReading(atNs));

    /// <summary>Called after each record, when what it brings has been taken: deadlines, orders, what is to be sent.</summary>
    protected virtual void Judge(in Record record, IList<Reading> readings)
    {
    }

    /// <summary>Why the bytes left when the line closed are no frame; None when there is nothing to say.</summary>
    protected virtual WireFault LeftOver(in ReadOnlySequence<byte> wire) => wire.IsEmpty ? WireFault.None : WireFault.Truncated;

    /// <summary>Where to write what the device is to be told with this record.</summary>
    protected IBufferWriter<byte> Outgoing => _send ??= new ArrayBufferWriter<byte>(64);

    /// <summary>A value of the device, Missing where there is none.</summary>
    protected static Reading Numeric(ReadingKind kind, double? value, long atNs, QualityMarks marks = QualityMarks.None) =>
        new(kind, atNs, atNs, value ?? 0) { Marks = value is null ? marks | QualityMarks.Missing : marks };

    private void Begin(in Record record, IList<Reading> readings)
    {
        _tail.Clear();
        (_heardNs, _wakeAskedNs, DeadlineNs) = (record.AtNs, Never, Never);
        Restart(record, readings);
    }

    private void Decode(long atNs, ReadOnlySpan<byte> read, IList<Reading> readings)
    {
        RefusedRun run = default;
        while (!read.IsEmpty)
        {
            _tail.Fill(ref read);
            ReadOnlySequence<byte> wire = _tail.Wire;
            for (long before = wire.Length; ; before = wire.Length)
            {
                OperationStatus status = TryRead(ref wire, out TFrame frame, out WireFault fault);
                if (status == OperationStatus.NeedMoreData)
                {
                    break;
                }

                if (status == OperationStatus.InvalidData)
                {
                    run = run.With(fault, before - wire.Length);
                    continue;
                }

                End(ref run, atNs, readings);
                Take(frame, atNs, wire.Length + read.Length, readings);
            }

            _tail.Keep(wire);
        }

        End(ref run, atNs, readings);
    }

    private void End(ref RefusedRun run, long atNs, IList<Reading> readings)
    {
        if (!run.IsEmpty)
        {
            Refuse(run, atNs, readings);
            run = default;
        }
    }

    /// <summary>A wake is asked for only where none asked for before comes in time.</summary>
    private Step Answer()
    {
        long? wake = DeadlineNs < _wakeAskedNs ? DeadlineNs : null;
        _wakeAskedNs = wake ?? _wakeAskedNs;
        ReadOnlyMemory<byte> send = _send?.WrittenMemory ?? default;
        _send = null;
        return new Step(send, wake);
    }
}
