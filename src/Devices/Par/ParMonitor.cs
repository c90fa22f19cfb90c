using System.Buffers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Par;

/// <summary>What a cuff module is doing for us.</summary>
public enum ParActivity
{
    /// <summary>Nothing was ordered.</summary>
    Idle,

    /// <summary>A measurement was started; pressures stream until its end.</summary>
    Measuring,

    /// <summary>The measurement is over; its result is being asked for.</summary>
    AwaitingResult,

    /// <summary>Pressures stream while a person inflates and bleeds the cuff.</summary>
    Manometer,

    /// <summary>An abort was sent; the look whether it took effect is due.</summary>
    Stopping,
}

/// <summary>A cuff pressure module of the PAR family: pressure stream, oscillometric result, manometer mode.</summary>
/// <remarks>
/// Orders (<see cref="RecordKind.Order"/>): <c>measure</c>, <c>manometer</c>, <c>leak_test</c> (ends with a
/// <see cref="ReadingKind.CuffOutcome"/> alone), <c>manual</c> (leaves the automatic cycle), <c>stop</c>. An order given while another runs is refused
/// (<see cref="ParNote.OrderRefused"/>); one given while a stop is under way begins after it.
/// <para>Readings: <see cref="ReadingKind.CuffPressure"/> for every pressure line (Detail = state digit), ordered or not;
/// <see cref="ReadingKind.CuffOutcome"/> (Detail = message code) with systolic, diastolic and mean pressure and pulse rate, each Missing when there
/// is none; <see cref="ReadingKind.NoReply"/> (Detail = the <see cref="ParCommand"/> that was not answered);
/// <see cref="ReadingKind.DeviceStatus"/> (Detail: <see cref="ParNote"/>).</para>
/// <para>A status line carries the module's last result, whoever ordered it. It counts only as the answer to a status we asked for after a
/// measurement we ordered and saw run; any other is a DeviceStatus.</para>
/// <para>Deadlines are judged at records, after what the record itself brings. A line that closes or opens ends the order (NoReply): nothing is
/// measured silently after a reconnect, and nothing is sent that was not ordered.</para>
/// </remarks>
public sealed partial class ParMonitor : IMonitor
{
    private const long Never = long.MaxValue;

    private readonly ParOptions _options;
    private readonly WireTail _tail = new(ParCodec.LongestLook);
    private ArrayBufferWriter<byte>? _send;
    private long _wakeAskedNs = Never;
    private long _heardNs;
    private long _pressures;
    private bool _open = true;

    /// <exception cref="ArgumentException">A start pressure of 160 or 180 mmHg in neonatal mode.</exception>
    public ParMonitor(ParOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options is { Neonatal: true, StartPressure: ParCommand.StartAt160 or ParCommand.StartAt180 })
        {
            throw new ArgumentException("A start pressure of 160 or 180 mmHg exists for adults only.", nameof(options));
        }

        _options = options;
    }

    /// <summary>What the module is doing for us, by the records so far.</summary>
    public ParActivity Activity { get; private set; }

    public Step Next(in Record record, IList<Reading> readings)
    {
        ArgumentNullException.ThrowIfNull(readings);
        long at = record.AtNs;
        switch (record.Kind)
        {
            case RecordKind.Open:
                LoseOrder(at, readings);
                Restart(at, open: true);
                break;

            case RecordKind.Closed:
                if (!_tail.IsEmpty)
                {
                    readings.Add(default(RefusedRun).With(WireFault.Truncated, _tail.Wire.Length).ToReading(at));
                }

                LoseOrder(at, readings);
                Restart(at, open: false);
                break;

            case RecordKind.Bytes:
                _heardNs = at;
                Decode(at, record.Bytes.Span, readings);
                break;

            case RecordKind.Silent:
                readings.Add(new Reading(ReadingKind.Silent, at, at, (at - _heardNs) / 1e9));
                break;

            case RecordKind.Order:
                Obey(record.Text, at, readings);
                break;

            case RecordKind.WriteFailed when Activity == ParActivity.Stopping:
                Repeat(_options.StopRetries, _options.StopTimeout, at, readings);       // an abort must arrive; the rest has its deadlines
                break;

            case RecordKind.Wake:
                _wakeAskedNs = Never;
                break;
        }

        Judge(at, readings);
        return Answer();
    }

    private void Restart(long at, bool open)
    {
        _tail.Clear();
        (_open, _heardNs, _pressures, _wakeAskedNs) = (open, at, 0, Never);
    }

    /// <summary>What was put together during this record; a wake is asked for only where none asked for before comes in time.</summary>
    private Step Answer()
    {
        long? wake = _deadlineNs < _wakeAskedNs ? _deadlineNs : null;
        _wakeAskedNs = wake ?? _wakeAskedNs;
        ReadOnlyMemory<byte> send = _send?.WrittenMemory ?? default;
        _send = null;
        return new Step(send, wake);
    }

    private void Send(ParCommand command) => ParCodec.WriteCommand(command, _send ??= new ArrayBufferWriter<byte>(16));

    private void Decode(long at, ReadOnlySpan<byte> read, IList<Reading> readings)
    {
        RefusedRun run = default;
        while (!read.IsEmpty)
        {
            _tail.Fill(ref read);
            ReadOnlySequence<byte> wire = _tail.Wire;
            for (long before = wire.Length; ; before = wire.Length)
            {
                OperationStatus status = ParCodec.TryRead(ref wire, out ParFrame frame, out WireFault fault);
                if (status == OperationStatus.NeedMoreData)
                {
                    break;
                }

                if (status == OperationStatus.InvalidData)
                {
                    run = run.With(fault, before - wire.Length);
                    continue;
                }

                Flush(ref run, at, readings);
                Take(frame, at, readings);
            }

            _tail.Keep(wire);
        }

        Flush(ref run, at, readings);
    }

    private static void Flush(ref RefusedRun run, long at, IList<Reading> readings)
    {
        if (!run.IsEmpty)
        {
            readings.Add(run.ToReading(at));
            run = default;
        }
    }

    private void Take(in ParFrame frame, long at, IList<Reading> readings)
    {
        switch (frame.Kind)
        {
            case ParFrameKind.CuffPressure:
                QualityMarks marks = frame.Cuff == ParCuff.Fits ? QualityMarks.None : QualityMarks.WrongCuff;
                readings.Add(new Reading(ReadingKind.CuffPressure, at, at, frame.CuffMmHg) { Detail = (int)frame.State, Marks = marks, Index = _pressures++ });
                OnPressure(frame.State, marks, at);
                break;

            case ParFrameKind.EndOfMeasurement:
                OnEnd(at, readings);
                break;

            case ParFrameKind.Status:
                OnStatus(frame.Status!, at, readings);
                break;
        }
    }
}
