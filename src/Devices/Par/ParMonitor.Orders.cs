using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Par;

/// <summary>The order that is running: what begins it, what ends it, and how long each part of it may take.</summary>
public sealed partial class ParMonitor
{
    private const long HalfStop = 2;            // an abort has had its effect when nothing streamed in the second half of the wait

    private ParCommand _command;                // what the running order sent, or what it waits for now
    private long _deadlineNs = Never;
    private long _beganNs;
    private long _sentNs;
    private long _pressureNs;
    private int _repeats;
    private bool _seenRunning;                  // a pressure of the state ordered has come since the order
    private bool _leakTest;                     // what runs is the pneumatic test: it ends with a message and no values
    private QualityMarks _cuffMarks;
    private string? _next;                      // an order given while a stop is under way

    private void Obey(string? order, long at, IList<Reading> readings)
    {
        if (order == "stop")
        {
            _next = null;
            Stop(at);
        }
        else if (order is not ("measure" or "manometer" or "leak_test" or "manual") || (Activity != ParActivity.Idle && Activity != ParActivity.Stopping))
        {
            readings.Add(Note(ParNote.OrderRefused, at));
            return;
        }
        else if (Activity == ParActivity.Stopping)
        {
            _next = order;
        }
        else
        {
            Begin(order, at);
        }

        if (!_open)
        {
            _send = null;       // nobody is there to hear it
            LoseOrder(at, readings);
        }
    }

    private void Begin(string order, long at)
    {
        (_beganNs, _sentNs, _repeats, _seenRunning, _cuffMarks) = (at, at, 0, false, QualityMarks.None);
        if (order == "manometer")
        {
            (Activity, _command) = (ParActivity.Manometer, ParCommand.Manometer);
            _deadlineNs = at + Ns(_options.ManometerTimeout);
            Send(ParCommand.Manometer);
            return;
        }

        if (order == "manual")
        {
            (Activity, _command) = (ParActivity.Stopping, ParCommand.ManualMode);     // nothing answers it: over when nothing streams any more
            _deadlineNs = at + Ns(_options.StopTimeout);
            Send(ParCommand.ManualMode);
            return;
        }

        _leakTest = order == "leak_test";
        (Activity, _command) = (ParActivity.Measuring, _leakTest ? ParCommand.LeakTest : ParCommand.Measure);
        _deadlineNs = at + Ns(_options.StartTimeout);
        if (_leakTest)
        {
            Send(ParCommand.LeakTest);
            return;
        }

        Send(_options.Neonatal ? ParCommand.Neonatal : ParCommand.Adult);
        if (_options.StartPressure is { } start)
        {
            Send(start);
        }

        Send(ParCommand.Measure);
    }

    private void Stop(long at)
    {
        (Activity, _command, _sentNs, _repeats) = (ParActivity.Stopping, ParCommand.Abort, at, 0);
        _deadlineNs = at + Ns(_options.StopTimeout);
        Send(ParCommand.Abort);
    }

    private void OnPressure(ParState state, QualityMarks marks, long at)
    {
        _pressureNs = at;
        bool measuring = state == (_leakTest && Activity is (ParActivity.Measuring or ParActivity.AwaitingResult) ? ParState.PneumaticCheck : ParState.Measuring);
        if (measuring && (Activity is ParActivity.Measuring or ParActivity.AwaitingResult))
        {
            (Activity, _command, _seenRunning, _repeats) = (ParActivity.Measuring, _leakTest ? ParCommand.LeakTest : ParCommand.Measure, true, 0);
            _cuffMarks |= marks;
            _deadlineNs = Math.Min(at + Ns(_options.PressureTimeout), _beganNs + Ns(_options.MeasureTimeout));
        }
        else if (!measuring && Activity == ParActivity.Manometer)
        {
            (_seenRunning, _repeats) = (true, 0);
            _deadlineNs = at + Ns(_options.ManometerTimeout);
        }
    }

    private void OnEnd(long at, IList<Reading> readings)
    {
        switch (Activity)
        {
            case ParActivity.Measuring:
                (Activity, _command, _repeats) = (ParActivity.AwaitingResult, ParCommand.Status, -1);
                _deadlineNs = at + Ns(_options.ResultPause);
                break;

            case ParActivity.Stopping:
                Finish(at, readings);
                break;

            default:
                readings.Add(Note(ParNote.UnorderedEnd, at));
                break;
        }
    }

    private void OnStatus(ParStatus status, long at, IList<Reading> readings)
    {
        QualityMarks marks = _cuffMarks | (status.ChecksumMatches ? QualityMarks.None : QualityMarks.ChecksumDoubtful);
        bool asked = Activity == ParActivity.AwaitingResult && _repeats >= 0;
        bool stale = status.State == (_leakTest ? ParState.PneumaticCheck : ParState.Measuring) || (!_seenRunning && status.Message == 0);
        if (!asked || stale)
        {
            readings.Add(new Reading(ReadingKind.DeviceStatus, at, at, 0) { Detail = (int)status.State, Marks = marks & QualityMarks.ChecksumDoubtful });
            return;
        }

        if (_leakTest)
        {
            readings.Add(new Reading(ReadingKind.CuffOutcome, at, at, 0) { Detail = status.Message, Marks = marks });
            Finish(at, readings);
            return;     // the pressures in the line are another measurement's
        }

        if (status is { Message: 0, Result: { Plausible: false } })
        {
            readings.Add(new Reading(ReadingKind.Refused, at, at, 0) { Fault = WireFault.Range });
            return;     // asked for again at the deadline
        }

        ParResult? result = status.Message == 0 ? status.Result : null;
        readings.Add(new Reading(ReadingKind.CuffOutcome, at, at, 0) { Detail = status.Message, Marks = marks });
        readings.Add(Value(ReadingKind.SystolicPressure, result?.SystolicMmHg, marks, at));
        readings.Add(Value(ReadingKind.DiastolicPressure, result?.DiastolicMmHg, marks, at));
        readings.Add(Value(ReadingKind.MeanPressure, result?.MeanMmHg, marks, at));
        readings.Add(Value(ReadingKind.PulseRate, result is null || status.PulsePerMin == 0 ? null : status.PulsePerMin, marks, at));
        Finish(at, readings);
    }

    /// <summary>Acts on a deadline that has passed.</summary>
    private void Judge(long at, IList<Reading> readings)
    {
        if (at < _deadlineNs)
        {
            return;
        }

        switch (Activity)
        {
            case ParActivity.Measuring when _seenRunning && at < _beganNs + Ns(_options.MeasureTimeout):
                (Activity, _command, _repeats) = (ParActivity.AwaitingResult, ParCommand.Status, -1);   // the end was lost, or the module stopped
                Repeat(_options.StatusRetries, _options.ReplyTimeout, at, readings);
                break;

            case ParActivity.Measuring:
                readings.Add(NoReply(at));
                Stop(at);       // a cuff that may be inflated is never left alone
                break;

            case ParActivity.AwaitingResult:
                Repeat(_options.StatusRetries, _options.ReplyTimeout, at, readings);
                break;

            case ParActivity.Manometer:
                Repeat(_options.ManometerRetries, _options.ManometerTimeout, at, readings);
                break;

            case ParActivity.Stopping when _pressureNs > _sentNs + Ns(_options.StopTimeout) / HalfStop:
                Repeat(_options.StopRetries, _options.StopTimeout, at, readings);
                break;

            case ParActivity.Stopping:
                Finish(at, readings);
                break;
        }
    }

    private void Repeat(int repeats, TimeSpan timeout, long at, IList<Reading> readings)
    {
        if (_repeats >= repeats)
        {
            readings.Add(NoReply(at));
            Finish(at, readings);
            return;
        }

        _repeats++;
        (_sentNs, _deadlineNs) = (at, at + Ns(timeout));
        Send(_command);
    }

    private void Finish(long at, IList<Reading> readings)
    {
        (Activity, _deadlineNs) = (ParActivity.Idle, Never);
        if (_next is { } order)
        {
            _next = null;
            Begin(order, at);
            return;
        }

        readings.Add(Note(ParNote.Idle, at));
    }

    private void LoseOrder(long at, IList<Reading> readings)
    {
        if (Activity == ParActivity.Idle)
        {
            return;
        }

        readings.Add(NoReply(at));
        _next = null;
        Finish(at, readings);
    }

    private Reading NoReply(long at) => new(ReadingKind.NoReply, at, at, 0) { Detail = (int)_command };

    private static Reading Note(ParNote note, long at) => new(ReadingKind.DeviceStatus, at, at, 0) { Detail = (int)note };

    private static Reading Value(ReadingKind kind, int? value, QualityMarks marks, long at) =>
        new(kind, at, at, value ?? 0) { Marks = value is null ? marks | QualityMarks.Missing : marks };

    private static long Ns(TimeSpan span) => span.Ticks * TimeSpan.NanosecondsPerTick;
}
