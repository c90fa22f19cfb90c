using System.Buffers;
using System.Text;
using Vascular.Devices.Par;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.Par;

public class ParMonitorTests
{
    private const double Second = 1e9;

    private readonly List<Reading> _all = [];
    private readonly List<Reading> _readings = [];
    private ParMonitor _monitor = new(new ParOptions());
    private long _at = 100_000_000_000;
    private long? _wake;

    [Fact]
    public void A_measurement_goes_from_the_order_to_its_result()
    {
        Assert.Equal("\u000224;;DC\u0003\u000201;;D7\u0003", Order("measure"));
        Assert.Equal(ParActivity.Measuring, _monitor.Activity);
        foreach (int mmHg in new[] { 20, 90, 160, 118, 60 })
        {
            Assert.Equal("", Hear(0.2, ParFrame.CuffPressure(mmHg, ParState.Measuring)));
        }

        Assert.Equal([20.0, 90, 160, 118, 60], Of(ReadingKind.CuffPressure).Select(r => r.Value));
        Assert.All(Of(ReadingKind.CuffPressure), r => Assert.Equal((3, QualityMarks.None), (r.Detail, r.Marks)));
        Assert.Equal("", Hear(0.2, ParFrame.EndOfMeasurement));
        Assert.Equal(ParActivity.AwaitingResult, _monitor.Activity);
        Assert.Equal("", Pass(0.9));
        Assert.Equal("\u000218;;DF\u0003", WakeDue());
        Hear(0.3, Result(114, 70, 85, 72));

        Assert.Equal([0], Of(ReadingKind.CuffOutcome).Select(r => r.Detail));
        Assert.Equal([114.0], Of(ReadingKind.SystolicPressure).Select(r => r.Value));
        Assert.Equal([70.0], Of(ReadingKind.DiastolicPressure).Select(r => r.Value));
        Assert.Equal([85.0], Of(ReadingKind.MeanPressure).Select(r => r.Value));
        Assert.Equal([72.0], Of(ReadingKind.PulseRate).Select(r => r.Value));
        Assert.All(_all.Where(r => r.Kind != ReadingKind.CuffPressure), r => Assert.Equal(QualityMarks.None, r.Marks));
        Assert.Equal([(int)ParNote.Idle], Of(ReadingKind.DeviceStatus).Select(r => r.Detail));
        Assert.Equal(ParActivity.Idle, _monitor.Activity);
        Assert.Empty(Of(ReadingKind.NoReply));
        Assert.Equal("", Pass(600));
    }

    [Fact]
    public void A_leak_test_ends_with_its_message_and_no_values()
    {
        Assert.Equal("\u000217;;DE\u0003", Order("leak_test"));
        Hear(0.2, ParFrame.CuffPressure(200, ParState.PneumaticCheck));
        Hear(0.2, ParFrame.CuffPressure(150, ParState.PneumaticCheck));
        Hear(0.2, ParFrame.EndOfMeasurement);
        Assert.Equal("\u000218;;DF\u0003", WakeDue());
        Hear(0.3, ParFrame.OfStatus(Result(114, 70, 85, 72).Status! with { Message = 7 }));

        Assert.Equal([7], Of(ReadingKind.CuffOutcome).Select(r => r.Detail));
        Assert.Empty(Of(ReadingKind.SystolicPressure));
        Assert.Equal(ParActivity.Idle, _monitor.Activity);
    }

    [Fact]
    public void A_leak_test_whose_end_is_lost_asks_for_its_message()
    {
        Order("leak_test");
        Hear(0.2, ParFrame.CuffPressure(200, ParState.PneumaticCheck));
        Assert.Equal("\u000218;;DF\u0003", WakeDue());
    }

    [Fact]
    public void A_measurement_after_a_leak_test_has_values_again()
    {
        Order("leak_test");
        Hear(0.2, ParFrame.CuffPressure(200, ParState.PneumaticCheck));
        Hear(0.2, ParFrame.EndOfMeasurement);
        WakeDue();
        Hear(0.3, Result(114, 70, 85, 72));
        Measure();
        Hear(0.2, Result(114, 70, 85, 72));
        Assert.Single(Of(ReadingKind.SystolicPressure));
    }

    [Fact]
    public void The_automatic_cycle_is_left_by_an_order()
    {
        Assert.Equal("\u000203;;D9\u0003", Order("manual"));
        Pass(2.5);
        Assert.Equal([(int)ParNote.Idle], Of(ReadingKind.DeviceStatus).Select(r => r.Detail));
        Assert.Empty(Of(ReadingKind.NoReply));
    }

    [Fact]
    public void Options_choose_mode_and_start_pressure()
    {
        _monitor = new ParMonitor(new ParOptions { Neonatal = true, StartPressure = ParCommand.StartAt120 });
        Assert.Equal("\u000225;;DD\u0003\u000220;;D8\u0003\u000201;;D7\u0003", Order("measure"));
        Assert.Throws<ArgumentException>(() => new ParMonitor(new ParOptions { Neonatal = true, StartPressure = ParCommand.StartAt160 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParOptions { StartPressure = ParCommand.Measure });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParOptions { ReplyTimeout = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParOptions { StatusRetries = 11 });
    }

    [Theory]
    [InlineData(7)]
    [InlineData(0)]
    public void A_measurement_without_a_result_says_why_and_has_no_values(int message)
    {
        Measure();
        Hear(0.2, ParFrame.OfStatus(new ParStatus { State = ParState.Idle, Message = message }));
        Assert.Equal(message, Assert.Single(Of(ReadingKind.CuffOutcome)).Detail);
        Assert.False(Assert.Single(Of(ReadingKind.SystolicPressure)).HasValue);
        Assert.False(Assert.Single(Of(ReadingKind.PulseRate)).HasValue);
        Assert.Equal(ParActivity.Idle, _monitor.Activity);
    }

    [Fact]
    public void A_failed_measurement_gives_no_values_even_when_the_line_still_carries_some()
    {
        Measure();
        Hear(0.2, ParFrame.OfStatus(Result(120, 70, 85, 60).Status! with { Message = 11 }));
        Assert.False(Assert.Single(Of(ReadingKind.SystolicPressure)).HasValue);
    }

    [Fact]
    public void A_doubtful_checksum_and_a_wrong_cuff_travel_with_the_values()
    {
        Order("measure");
        Hear(0.2, ParFrame.CuffPressure(90, ParState.Measuring, ParCuff.NeonatalInAdultMode));
        Hear(0.2, ParFrame.EndOfMeasurement);
        WakeDue();
        Hear(0.2, ParFrame.OfStatus(Result(114, 70, 85, 72).Status! with { ChecksumMatches = false }));
        Assert.Equal(QualityMarks.WrongCuff, Assert.Single(Of(ReadingKind.CuffPressure)).Marks);
        Assert.Equal(QualityMarks.WrongCuff | QualityMarks.ChecksumDoubtful, Assert.Single(Of(ReadingKind.SystolicPressure)).Marks);
    }

    [Fact]
    public void A_status_nobody_asked_for_is_never_a_result()
    {
        Hear(0.1, Result(135, 70, 85, 60));                                         // at power-up
        Order("measure");
        Hear(0.1, Result(135, 70, 85, 60));                                         // before the measurement
        Hear(0.2, ParFrame.CuffPressure(90, ParState.Measuring));
        Hear(0.1, Result(135, 70, 85, 60));                                         // in the middle
        Hear(0.2, ParFrame.EndOfMeasurement);
        Hear(0.1, Result(135, 70, 85, 60));                                         // after its end, not yet asked for
        WakeDue();
        Hear(0.1, ParFrame.OfStatus(Result(135, 70, 85, 60).Status! with { State = ParState.Measuring }));     // still measuring: the last result
        Assert.Empty(Of(ReadingKind.SystolicPressure));
        Assert.Equal([1, 1, 1, 1, 3], Of(ReadingKind.DeviceStatus).Select(r => r.Detail));
        Hear(0.1, Result(114, 70, 85, 72));
        Hear(0.1, Result(135, 70, 85, 60));                                         // a second, late answer
        Assert.Equal([114.0], Of(ReadingKind.SystolicPressure).Select(r => r.Value));
    }

    [Fact]
    public void A_module_that_ends_without_having_measured_gives_no_old_result()
    {
        Order("measure");
        Hear(0.2, ParFrame.EndOfMeasurement);
        WakeDue();
        Hear(0.2, Result(135, 70, 85, 60));
        Assert.Empty(Of(ReadingKind.SystolicPressure));
        Assert.Empty(Of(ReadingKind.CuffOutcome));
        WakeDue();
        WakeDue();
        WakeDue();
        Assert.Equal((int)ParCommand.Status, Assert.Single(Of(ReadingKind.NoReply)).Detail);
    }

    [Fact]
    public void An_implausible_result_is_refused_and_asked_for_again()
    {
        Measure();
        Hear(0.2, Result(135, 345, 234, 87));
        Assert.Equal(WireFault.Range, Assert.Single(Of(ReadingKind.Refused)).Fault);
        Assert.Empty(Of(ReadingKind.SystolicPressure));
        Assert.Equal("\u000218;;DF\u0003", WakeDue());
        Hear(0.2, Result(114, 70, 85, 72));
        Assert.Equal([114.0], Of(ReadingKind.SystolicPressure).Select(r => r.Value));
    }

    [Fact]
    public void A_status_is_asked_three_times_and_then_there_is_no_reply()
    {
        Measure();
        long first = _at;
        Assert.Equal("\u000218;;DF\u0003", WakeDue());
        Assert.Equal(3 * Second, _at - first);
        Assert.Equal("\u000218;;DF\u0003", WakeDue());
        Assert.Equal("", WakeDue());
        Assert.Equal((int)ParCommand.Status, Assert.Single(Of(ReadingKind.NoReply)).Detail);
        Assert.Equal(ParActivity.Idle, _monitor.Activity);
        Hear(5, Result(114, 70, 85, 72));
        Assert.Empty(Of(ReadingKind.SystolicPressure));
    }

    [Fact]
    public void A_deadline_is_judged_at_any_record_and_not_only_at_its_wake()
    {
        Measure();
        Assert.Equal("", Fold(RecordKind.Tick, 2.9));
        Assert.Equal("\u000218;;DF\u0003", Fold(RecordKind.Tick, 0.2));
    }

    [Fact]
    public void A_measurement_that_never_begins_is_aborted()
    {
        Order("measure");
        Assert.Equal("X", WakeDue());
        Assert.Equal((int)ParCommand.Measure, Assert.Single(Of(ReadingKind.NoReply)).Detail);
        Assert.Equal("", WakeDue());
        Assert.Equal(ParActivity.Idle, _monitor.Activity);
    }

    [Fact]
    public void A_measurement_that_never_ends_is_aborted()
    {
        Order("measure");
        string sent = "";
        for (int i = 0; i < 181 && sent.Length == 0; i++)
        {
            sent = Hear(1, ParFrame.CuffPressure(150, ParState.Measuring));
        }

        Assert.Equal("X", sent);
        Assert.Equal((int)ParCommand.Measure, Assert.Single(Of(ReadingKind.NoReply)).Detail);
    }

    [Fact]
    public void A_lost_end_is_found_out_by_asking()
    {
        Order("measure");
        Hear(0.2, ParFrame.CuffPressure(90, ParState.Measuring));
        Assert.Equal("\u000218;;DF\u0003", WakeDue());
        Hear(0.2, ParFrame.CuffPressure(88, ParState.Measuring));       // it was only a pause
        Assert.Equal(ParActivity.Measuring, _monitor.Activity);
        Assert.Equal("\u000218;;DF\u0003", WakeDue());
        Hear(0.2, Result(114, 70, 85, 72));
        Assert.Equal([114.0], Of(ReadingKind.SystolicPressure).Select(r => r.Value));
    }

    [Fact]
    public void Manometer_mode_streams_until_it_is_stopped()
    {
        Assert.Equal("\u000214;;DB\u0003", Order("manometer"));
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal("", Hear(0.2, ParFrame.CuffPressure(200 - i, ParState.Manometer)));
        }

        Assert.Equal(50, Of(ReadingKind.CuffPressure).Count);
        Assert.All(Of(ReadingKind.CuffPressure), r => Assert.Equal(4, r.Detail));
        Assert.Equal("X", Order("stop"));
        Assert.Equal("", WakeDue());
        Assert.Equal(ParActivity.Idle, _monitor.Activity);
        Assert.Empty(Of(ReadingKind.NoReply));
    }

    [Fact]
    public void Manometer_mode_is_asked_for_again_three_times()
    {
        Order("manometer");
        for (int i = 0; i < 3; i++)
        {
            long before = _at;
            Assert.Equal("\u000214;;DB\u0003", WakeDue());
            Assert.Equal(2 * Second, _at - before);
        }

        Assert.Equal("", WakeDue());
        Assert.Equal((int)ParCommand.Manometer, Assert.Single(Of(ReadingKind.NoReply)).Detail);
        Assert.Equal(ParActivity.Idle, _monitor.Activity);
    }

    [Fact]
    public void An_abort_that_has_no_effect_is_sent_again()
    {
        Order("manometer");
        Hear(0.2, ParFrame.CuffPressure(150, ParState.Manometer));
        Order("stop");
        string sent = "";
        int aborts = 0;
        for (int i = 0; i < 60 && _monitor.Activity == ParActivity.Stopping; i++)
        {
            sent = Hear(0.2, ParFrame.CuffPressure(150, ParState.Manometer));
            aborts += sent == "X" ? 1 : 0;
        }

        Assert.Equal(3, aborts);
        Assert.Equal((int)ParCommand.Abort, Assert.Single(Of(ReadingKind.NoReply)).Detail);
    }

    [Fact]
    public void An_abort_whose_write_failed_is_sent_again_at_once()
    {
        Order("stop");
        Assert.Equal("X", Fold(RecordKind.WriteFailed, 0.01));
    }

    [Fact]
    public void A_stopped_measurement_ends_with_the_modules_own_end_and_asks_for_nothing()
    {
        Order("measure");
        Hear(0.2, ParFrame.CuffPressure(90, ParState.Measuring));
        Assert.Equal("X", Order("stop"));
        Hear(0.2, ParFrame.CuffPressure(60, ParState.Measuring));
        Assert.Equal("", Hear(0.2, ParFrame.EndOfMeasurement));
        Assert.Equal(ParActivity.Idle, _monitor.Activity);
        Assert.Equal("", Pass(60));
        Assert.Empty(Of(ReadingKind.SystolicPressure));
    }

    [Fact]
    public void An_order_while_another_runs_is_refused_and_one_given_while_stopping_waits()
    {
        Order("manometer");
        Assert.Equal("", Order("measure"));
        Assert.Equal((int)ParNote.OrderRefused, Assert.Single(Of(ReadingKind.DeviceStatus)).Detail);
        Order("stop");
        Assert.Equal("", Order("measure"));
        Assert.Equal("\u000224;;DC\u0003\u000201;;D7\u0003", WakeDue());
        Assert.Equal(ParActivity.Measuring, _monitor.Activity);
        Assert.Equal("", Order("wash"));
        Assert.Equal(2, Of(ReadingKind.DeviceStatus).Count(r => r.Detail == (int)ParNote.OrderRefused));
    }

    [Fact]
    public void A_line_that_closes_ends_the_order_and_nothing_is_measured_after_it_opens_again()
    {
        Order("measure");
        Hear(0.2, ParFrame.CuffPressure(90, ParState.Measuring));
        Hear(0.1, Encoding.ASCII.GetBytes("\u0002088C0"));
        Fold(RecordKind.Closed, 0.1);
        Assert.Equal((WireFault.Truncated, 6), (Assert.Single(Of(ReadingKind.Refused)).Fault, Of(ReadingKind.Refused)[0].Detail));
        Assert.Equal((int)ParCommand.Measure, Assert.Single(Of(ReadingKind.NoReply)).Detail);
        Assert.Equal("", Fold(RecordKind.Open, 3));
        Hear(0.2, Encoding.ASCII.GetBytes("S3\u0003\r"));
        Hear(0.2, ParFrame.EndOfMeasurement);
        Assert.Equal("", Pass(60));
        Hear(0.2, Result(114, 70, 85, 72));
        Assert.Empty(Of(ReadingKind.SystolicPressure));
        Assert.Single(Of(ReadingKind.CuffPressure));
    }

    [Fact]
    public void An_open_without_a_close_ends_the_order_as_well()
    {
        Order("measure");
        Fold(RecordKind.Open, 1);
        Assert.Single(Of(ReadingKind.NoReply));
        Assert.Equal(ParActivity.Idle, _monitor.Activity);
        Assert.Equal("", Pass(60));
    }

    [Fact]
    public void An_order_to_a_closed_line_has_no_reply()
    {
        Fold(RecordKind.Closed, 0.1);
        Assert.Equal("", Order("measure"));
        Assert.Equal((int)ParCommand.Measure, Assert.Single(Of(ReadingKind.NoReply)).Detail);
        Assert.Equal(ParActivity.Idle, _monitor.Activity);
    }

    [Fact]
    public void Garbage_is_one_refusal_a_read_and_moves_nothing()
    {
        Order("measure");
        byte[] garbage = new byte[3000];
        new Random(8).NextBytes(garbage);
        Hear(0.2, garbage);
        Assert.Single(_readings);
        Assert.Equal(ReadingKind.Refused, _readings[0].Kind);
        Hear(0.2, [0x0D, .. Bytes(ParFrame.CuffPressure(90, ParState.Measuring))]);
        Assert.Single(Of(ReadingKind.CuffPressure));
    }

    [Fact]
    public void Silence_is_told_with_its_length()
    {
        Hear(0.1, ParFrame.CuffPressure(90, ParState.Manometer));
        Fold(RecordKind.Silent, 5);
        Assert.Equal(5, Assert.Single(Of(ReadingKind.Silent)).Value, 9);
    }

    [Fact]
    public void A_pressure_stream_allocates_nothing()
    {
        byte[] stream = [.. Enumerable.Range(0, 300).SelectMany(i => Bytes(ParFrame.CuffPressure(i, ParState.Manometer)))];
        List<Reading> readings = new(4096);
        Order("manometer");
        long least = long.MaxValue;
        for (int round = 0; round < 20; round++)
        {
            readings.Clear();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < stream.Length; i += 7)
            {
                _at += 20_000_000;
                _monitor.Next(new Record(RecordKind.Bytes, _at, stream.AsMemory(i, Math.Min(7, stream.Length - i))), readings);
            }

            // The runtime itself may allocate on this thread while it compiles; a frame that allocates does so in every round.
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(300, readings.Count);
        }

        Assert.Equal(0, least);
    }

    private static ParFrame Result(int systolic, int diastolic, int mean, int pulse) =>
        ParFrame.OfStatus(new ParStatus { State = ParState.Idle, Result = new ParResult(systolic, diastolic, mean), PulsePerMin = pulse });

    private static byte[] Bytes(in ParFrame frame)
    {
        ArrayBufferWriter<byte> wire = new();
        ParCodec.Write(frame, wire);
        return wire.WrittenSpan.ToArray();
    }

    /// <summary>An ordered measurement up to the first status asked for.</summary>
    private void Measure()
    {
        Order("measure");
        Hear(0.2, ParFrame.CuffPressure(90, ParState.Measuring));
        Hear(0.2, ParFrame.EndOfMeasurement);
        Assert.Equal("\u000218;;DF\u0003", WakeDue());
    }

    private List<Reading> Of(ReadingKind kind) => [.. _all.Where(r => r.Kind == kind)];

    private string Order(string order) => Fold(new Record(RecordKind.Order, _at, Text: order));

    private string Hear(double afterS, in ParFrame frame) => Hear(afterS, Bytes(frame));

    private string Hear(double afterS, byte[] bytes)
    {
        _at += (long)(afterS * Second);
        return Fold(new Record(RecordKind.Bytes, _at, bytes));
    }

    private string Fold(RecordKind kind, double afterS)
    {
        _at += (long)(afterS * Second);
        return Fold(new Record(kind, _at));
    }

    private string Pass(double seconds) => Fold(RecordKind.Tick, seconds);

    /// <summary>Time passes to the wakes asked for, until one of them has its deadline at hand.</summary>
    private string WakeDue()
    {
        int before = _all.Count;
        string sent = "";
        for (int i = 0; i < 5 && sent.Length == 0 && _all.Count == before; i++)
        {
            Assert.NotNull(_wake);
            _at = Math.Max(_at, _wake.Value);
            _wake = null;
            sent = Fold(new Record(RecordKind.Wake, _at));
            if (_monitor.Activity == ParActivity.Idle)
            {
                break;
            }
        }

        return sent;
    }

    private string Fold(in Record record)
    {
        _readings.Clear();
        Step step = _monitor.Next(record, _readings);
        _wake = step.WakeAtNs ?? _wake;
        _all.AddRange(_readings);
        return Encoding.ASCII.GetString(step.Send.Span);
    }
}
