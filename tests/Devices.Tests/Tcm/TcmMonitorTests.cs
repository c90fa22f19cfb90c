using System.Text;
using Vascular.Devices.Registers;
using Vascular.Devices.Tcm;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.Tcm;

public class TcmMonitorTests
{
    private const long Second = 1_000_000_000;

    private readonly List<Reading> _readings = [];
    private TcmMonitor _monitor = new(new TcmOptions());
    private long _at;

    // docs/devices/tcm4-40-analog.md, golden values at 2.048 V: counts of 0.0625 mV
    [Theory]
    [InlineData(TcmRange.UpTo200, 3360, 42.0)]
    [InlineData(TcmRange.UpTo800, 672, 42.0)]
    [InlineData(TcmRange.UpTo200, 400, 5.0)]
    [InlineData(TcmRange.UpTo200, 0, 0.0)]
    public void Golden_counts_are_tensions_over_either_way_in(TcmRange range, int raw, double mmHg)
    {
        _monitor = new TcmMonitor(new TcmOptions { Range = range });
        Iio(0, raw);
        Chip(0, raw);
        Assert.Equal([mmHg, mmHg], Of(ReadingKind.TranscutaneousOxygen).Select(r => r.Value));
        Assert.All(_readings, r => Assert.True(r.HasValue));
    }

    [Fact]
    public void Golden_counts_of_temperature_and_power()
    {
        Iio(1, 14080);
        Iio(2, 5600);
        Assert.Equal([(ReadingKind.ElectrodeTemperature, 44.0), (ReadingKind.HeatingPower, 350.0)], _readings.Select(r => (r.Kind, r.Value)));
    }

    [Fact]
    public void The_full_scale_is_the_one_the_converter_says()
    {
        Line("ads1115/ain0_config\t0xC783\n");          // 1.024 V: the counts of 210 mV double
        Line("ads1115/ain0_conversion\t0x1A40\n");
        Line("ads1015/in_voltage0_scale\t0.031250000\n");
        Line("ads1015/in_voltage0_raw\t6720\n");
        Assert.Equal([42.0, 42.0], _readings.Select(r => r.Value));
    }

    [Theory]
    [InlineData(0, 16000, QualityMarks.AboveRange, 200)]     // 1000 mV
    [InlineData(0, 15999, QualityMarks.None, 0)]
    [InlineData(0, -80, QualityMarks.None, 0)]               // -5 mV: within the monitor's tolerance
    [InlineData(0, -81, QualityMarks.OpenInput, 0)]
    [InlineData(0, 17601, QualityMarks.OpenInput, 0)]        // above 1100 mV: no output of the monitor
    [InlineData(0, 32767, QualityMarks.OpenInput, 0)]
    [InlineData(1, 3200, QualityMarks.None, 0)]              // 200 mV: 10 °C
    [InlineData(1, 3199, QualityMarks.BelowRange, 10)]
    [InlineData(1, 16000, QualityMarks.AboveRange, 50)]
    [InlineData(2, 160, QualityMarks.None, 0)]               // 10 mV: 10 mW
    [InlineData(2, 159, QualityMarks.BelowRange, 10)]
    [InlineData(2, 0, QualityMarks.BelowRange, 10)]
    public void What_the_output_cannot_show_has_a_mark_and_no_value(int input, int raw, QualityMarks marks, int detail)
    {
        Iio(input, raw);
        Reading reading = Assert.Single(_readings);
        Assert.Equal(marks == QualityMarks.None ? marks : marks | QualityMarks.Missing, reading.Marks);
        Assert.Equal(detail, reading.Detail);
        Assert.Equal(marks == QualityMarks.None, reading.HasValue);
        Assert.True(reading.HasValue || reading.Value == 0);
    }

    [Fact]
    public void The_wide_range_ends_at_800_mV()
    {
        _monitor = new TcmMonitor(new TcmOptions { Range = TcmRange.UpTo800 });
        Iio(0, 12800);
        Iio(0, 12799);
        Assert.Equal([(QualityMarks.AboveRange | QualityMarks.Missing, 800), (QualityMarks.None, 0)], _readings.Select(r => (r.Marks, r.Detail)));
    }

    [Theory]
    [InlineData("ads1015/in_voltage0_scale\t0.062500\nads1015/in_voltage0_raw\t-110\n", 110)]
    [InlineData("ads1015/in_voltage0_scale\t-38\nads1015/in_voltage0_raw\t3360\n", 38)]
    [InlineData("ads1015/in_voltage0_raw\t3360\n", 61)]
    [InlineData("ads1115/ain0_config\t-121\n", 121)]
    [InlineData("ads1115/ain0_config\t0xC583\nads1115/ain0_conversion\t-5\n", 5)]
    [InlineData("ads1115/ain0_conversion\t0x0D20\n", 61)]
    public void A_read_that_failed_is_a_reading_with_its_error_and_no_value(string lines, int errno)
    {
        Line(lines);
        Reading reading = Assert.Single(_readings);
        Assert.Equal((ReadingKind.TranscutaneousOxygen, QualityMarks.ReadFailed | QualityMarks.Missing, errno), (reading.Kind, reading.Marks, reading.Detail));
    }

    [Fact]
    public void A_setting_counts_for_one_conversion_only()
    {
        Iio(0, 3360);
        Line("ads1015/in_voltage0_raw\t3360\n");
        Chip(0, 3360);
        Line("ads1115/ain0_conversion\t0x0D20\n");
        Assert.Equal([true, false, true, false], _readings.Select(r => r.HasValue));
    }

    [Theory]
    [InlineData("ads1115/ain0_config\t0xD583\nads1115/ain0_conversion\t0x0D20\n")]      // the converter stands on another input
    [InlineData("ads1115/ain0_config\t0x8583\nads1115/ain0_conversion\t0x0D20\n")]      // it was reset: two inputs against each other
    [InlineData("ads1115/ain0_config\t0x4583\nads1115/ain0_conversion\t0x0D20\n")]      // the conversion is still under way
    public void A_conversion_of_another_input_than_the_one_asked_for_never_becomes_a_value(string lines)
    {
        Line(lines);
        Assert.Equal(WireFault.Range, Assert.Single(Of(ReadingKind.Refused)).Fault);
        Assert.All(Of(ReadingKind.TranscutaneousOxygen), r => Assert.False(r.HasValue));
    }

    [Fact]
    public void The_alarm_line_marks_the_tension_and_is_told_when_it_changes()
    {
        _monitor = new TcmMonitor(new TcmOptions { Alarm = new TcmInput(3) });
        foreach (int raw in (int[])[0, 0, 16000, 16000, -32768])
        {
            Iio(3, raw);
            Iio(0, 3360);
        }

        Assert.Equal([(0, true), (1, true), (0, false)], Of(ReadingKind.DeviceStatus).Select(r => (r.Detail, r.HasValue)));
        Assert.Equal([false, false, true, true, false], Of(ReadingKind.TranscutaneousOxygen).Select(r => r.Marks.HasFlag(QualityMarks.SensorAlarm)));
        Assert.All(Of(ReadingKind.TranscutaneousOxygen), r => Assert.Equal(42.0, r.Value));
    }

    [Fact]
    public void A_zero_offset_is_taken_off_before_the_limits_are_judged()
    {
        _monitor = new TcmMonitor(new TcmOptions { Oxygen = new TcmInput(0, ZeroMilliVolts: 10) });
        Iio(0, 3360 + 160);
        Iio(0, 16000);
        Assert.Equal([42.0, 198.0], _readings.Select(r => r.Value));
    }

    [Fact]
    public void Inputs_that_are_not_wired_stay_unknown()
    {
        _monitor = new TcmMonitor(new TcmOptions { Temperature = null, Power = null });
        Iio(1, 14080);
        Iio(2, 5600);
        Iio(0, 3360);
        Assert.Equal(ReadingKind.TranscutaneousOxygen, Assert.Single(_readings).Kind);
    }

    [Fact]
    public void Each_reading_has_the_time_of_its_own_line_and_counts_from_the_opening()
    {
        for (int poll = 0; poll < 3; poll++)
        {
            _at = poll * Second;
            Iio(1, 14080);
            _at += 70_000_000;
            Iio(0, 3360);
        }

        Assert.Equal([(70_000_000, 0), (Second + 70_000_000, 1), (2 * Second + 70_000_000, 2L)], Of(ReadingKind.TranscutaneousOxygen).Select(r => (r.AtNs, r.Index)));
        Assert.Equal([0, Second, 2 * Second], Of(ReadingKind.ElectrodeTemperature).Select(r => r.AtNs));
        Next(RecordKind.Closed);
        Next(RecordKind.Open);
        Iio(0, 3360);
        Assert.Equal(0, _readings[^1].Index);
    }

    [Fact]
    public void A_poll_that_was_missed_leaves_nothing_and_repeats_nothing()
    {
        Iio(0, 3360);
        _at += 5 * Second;
        Next(RecordKind.Tick);
        Next(RecordKind.Silent);
        Assert.Equal([(ReadingKind.TranscutaneousOxygen, 42.0), (ReadingKind.Silent, 5.0)], _readings.Select(r => (r.Kind, r.Value)));
    }

    [Fact]
    public void A_line_cut_by_the_end_of_the_link_is_truncated_and_the_next_begins_clean()
    {
        Line("ads1015/in_voltage0_scale\t0.0625\nads1015/in_vol");
        Next(RecordKind.Closed);
        Assert.Equal((WireFault.Truncated, 14), (Assert.Single(_readings).Fault, _readings[0].Detail));
        Next(RecordKind.Open);
        Line("ads1015/in_voltage0_raw\t3360\n");
        Assert.False(_readings[^1].HasValue);       // the scale was of the connection before
    }

    [Fact]
    public void Noise_is_one_refusal_and_the_lines_around_it_count()
    {
        Line("x\ny\nz\nads1015/in_voltage0_scale\t0.0625\nads1015/in_voltage0_raw\t3360\nads1015/in_voltage0_raw\t99999\n");
        Assert.Equal([ReadingKind.Refused, ReadingKind.TranscutaneousOxygen, ReadingKind.Refused], _readings.Select(r => r.Kind));
        Assert.Equal((WireFault.Noise, 6), (_readings[0].Fault, _readings[0].Detail));
        Assert.Equal(WireFault.Range, _readings[2].Fault);
    }

    [Fact]
    public void Lines_split_anywhere_give_the_same_readings()
    {
        byte[] stream = Encoding.ASCII.GetBytes(
            "ads1115/ain1_config\t0xD583\nads1115/ain1_conversion\t0x3700\nads1115/ain0_config\t0xC583\nads1115/ain0_conversion\t0x0D20\nads1015/in_voltage2_raw\t-5\n");
        _monitor.Next(new Record(RecordKind.Bytes, 0, stream), _readings);
        Assert.Equal([44.0, 42.0, 0.0], _readings.Select(r => r.Value));
        for (int at = 0; at <= stream.Length; at++)
        {
            List<Reading> again = [];
            TcmMonitor monitor = new(new TcmOptions());
            monitor.Next(new Record(RecordKind.Bytes, 0, stream.AsMemory(0, at)), again);
            monitor.Next(new Record(RecordKind.Bytes, 0, stream.AsMemory(at)), again);
            Assert.Equal(_readings, again);
        }
    }

    [Fact]
    public void What_the_monitor_puts_on_the_wire_reads_back()
    {
        foreach (TcmRange range in Enum.GetValues<TcmRange>())
        {
            for (double value = 11; value < 50; value += 0.5)
            {
                foreach (TcmOutput output in (TcmOutput[])[TcmOutput.Oxygen, TcmOutput.Temperature, TcmOutput.Power])
                {
                    AdcSample sample = new(0, TcmCodec.Write(output, range, value));
                    Assert.Equal(value, TcmCodec.Read(output, range, sample, 0).Value, 9);
                }
            }
        }

        Assert.Equal([0.0, 1000.0, 1000.0], [TcmCodec.Write(TcmOutput.Power, TcmRange.UpTo200, 9), TcmCodec.Write(TcmOutput.Oxygen, TcmRange.UpTo200, 400), TcmCodec.Write(TcmOutput.Alarm, TcmRange.UpTo200, 1)]);
    }

    [Fact]
    public void Steady_state_allocates_nothing()
    {
        byte[] lines = Encoding.ASCII.GetBytes("ads1015/in_voltage0_scale\t0.062500000\nads1015/in_voltage0_raw\t3360\nads1115/ain1_config\t0xD583\nads1115/ain1_conversion\t0x3700\n");
        List<Reading> readings = new(64);
        long least = long.MaxValue;
        for (int round = 0; round < 20; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                readings.Clear();
                _monitor.Next(new Record(RecordKind.Bytes, _at, lines), readings);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(2, readings.Count);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void Options_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new TcmMonitor(new TcmOptions { Power = new TcmInput(0) }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TcmInput(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TcmInput(0, 51));
        Assert.Equal([3, 1, 2, 0], new TcmOptions { Alarm = new TcmInput(3) }.Inputs);
    }

    private List<Reading> Of(ReadingKind kind) => [.. _readings.Where(r => r.Kind == kind)];

    private void Iio(int input, int raw) => Line(FormattableString.Invariant($"ads1015/in_voltage{input}_scale\t0.062500000\nads1015/in_voltage{input}_raw\t{raw}{(raw < 0 ? ".0" : "")}\n"));

    private void Chip(int input, int raw) =>
        Line(FormattableString.Invariant($"ads1115/ain{input}_config\t0x{0xC583 | (input << 12):X4}\nads1115/ain{input}_conversion\t0x{(ushort)raw:X4}\n"));

    private void Line(string text) => _monitor.Next(new Record(RecordKind.Bytes, _at, Encoding.ASCII.GetBytes(text)), _readings);

    private void Next(RecordKind kind) => _monitor.Next(new Record(kind, _at), _readings);
}
