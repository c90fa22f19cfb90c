using System.Text;
using Vascular.Devices.Hx711;
using Vascular.Devices.Mcp320x;
using Vascular.Devices.Transducers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.Transducers;

/// <summary>MCP320x and HX711: golden bytes constructed by hand from the data sheets' diagrams and the kernel's arithmetic, and every way a line can arrive.</summary>
public sealed class TransducerTests
{
    private static readonly TransducerCalibration Manometer = new(40.0, 0.5, 300, "manometer");

    // count 2690 = 1010 1000 0010: 3201 ??0 10101 · 0000010 and bit 1 once more (1); the others ???0 1010 · 10000010
    [Theory]
    [InlineData(Mcp320xPart.Mcp3201, "D505", 2690)]
    [InlineData(Mcp320xPart.Mcp3201, "1505", 2690)]         // what nobody drives may be anything
    [InlineData(Mcp320xPart.Mcp3202, "FFEA82", 2690)]
    [InlineData(Mcp320xPart.Mcp3204, "000A82", 2690)]
    [InlineData(Mcp320xPart.Mcp3208, "FFE000", 0)]
    [InlineData(Mcp320xPart.Mcp3208, "FFEFFF", 4095)]
    public void Golden_transfers_give_their_counts(Mcp320xPart part, string hex, int count)
    {
        Assert.True(Mcp320xCodec.TryRead(part, Convert.FromHexString(hex), out int read));
        Assert.Equal(count, read);
    }

    [Theory]
    [InlineData(Mcp320xPart.Mcp3201, "F505")]       // null bit 1
    [InlineData(Mcp320xPart.Mcp3201, "D504")]       // bit 1 not said twice alike
    [InlineData(Mcp320xPart.Mcp3201, "FFFF")]
    [InlineData(Mcp320xPart.Mcp3202, "FFFA82")]
    [InlineData(Mcp320xPart.Mcp3208, "FFFFFF")]
    [InlineData(Mcp320xPart.Mcp3208, "FFEA")]
    public void What_is_no_transfer_of_the_part_is_refused(Mcp320xPart part, string hex) =>
        Assert.False(Mcp320xCodec.TryRead(part, Convert.FromHexString(hex), out _));

    [Theory]
    [InlineData(Mcp320xPart.Mcp3201, 0, "0000")]
    [InlineData(Mcp320xPart.Mcp3202, 0, "01A000")]
    [InlineData(Mcp320xPart.Mcp3202, 1, "01E000")]
    [InlineData(Mcp320xPart.Mcp3204, 3, "06C000")]
    [InlineData(Mcp320xPart.Mcp3208, 4, "070000")]
    [InlineData(Mcp320xPart.Mcp3208, 7, "07C000")]
    public void Golden_requests_are_those_of_the_data_sheets(Mcp320xPart part, int input, string hex)
    {
        byte[] bytes = new byte[Mcp320xCodec.Bytes(part)];
        Mcp320xCodec.WriteRequest(part, input, bytes);
        Assert.Equal(hex, Convert.ToHexString(bytes));
        Assert.Throws<ArgumentOutOfRangeException>(() => Mcp320xCodec.WriteRequest(part, Mcp320xCodec.Inputs(part), new byte[3]));
    }

    // 0x123456: each nibble's bits twice: 1 = 03, 2 = 0C, 3 = 0F, 4 = 30, 5 = 33, 6 = 3C
    [Theory]
    [InlineData("030C0F30333CFF", 0x123456)]
    [InlineData("00000000000007", 0)]
    [InlineData("FFFFFFFFFFFFFF", -1)]
    [InlineData("3FFFFFFFFFFFFF", 8_388_607)]
    [InlineData("C0000000000007", -8_388_608)]
    public void Golden_pulses_give_their_counts(string hex, int count)
    {
        Assert.True(Hx711Codec.TryRead(Convert.FromHexString(hex), out int read));
        Assert.Equal(count, read);
    }

    [Theory]
    [InlineData("020C0F30333CFF")]      // a bit said once 1 and once 0
    [InlineData("030C0F30333C00")]      // low after the 25th pulse
    [InlineData("00000000000000")]
    [InlineData("030C0F30333C")]
    public void What_is_no_conversion_of_a_bridge_is_refused(string hex) => Assert.False(Hx711Codec.TryRead(Convert.FromHexString(hex), out _));

    [Fact]
    public void What_is_written_is_read_back_whatever_the_count()
    {
        byte[] bytes = new byte[Hx711Codec.Bytes];
        foreach (Mcp320xPart part in Enum.GetValues<Mcp320xPart>())
        {
            for (int count = 0; count <= Mcp320xCodec.HighestCount; count++)
            {
                Mcp320xCodec.Write(part, count, bytes);
                Assert.True(Mcp320xCodec.TryRead(part, bytes.AsSpan(0, Mcp320xCodec.Bytes(part)), out int read) && read == count);
            }
        }

        for (int count = Hx711Codec.LowestCount; count <= Hx711Codec.HighestCount; count += 997)
        {
            Hx711Codec.Write(count, bytes);
            Assert.True(Hx711Codec.TryRead(bytes, out int read) && read == count);
        }
    }

    /// <summary>Each bit of the bridge comes twice, so a changed one is seen; of an MCP320x only the null bit and bit 1 of the 3201 are: it has no checksum, and the page says so.</summary>
    [Fact]
    public void A_changed_bit_of_a_bridges_conversion_is_never_another_count()
    {
        byte[] golden = Convert.FromHexString("030C0F30333CFF");
        for (int bit = 0; bit < 8 * golden.Length; bit++)
        {
            byte[] changed = [.. golden];
            changed[bit / 8] ^= (byte)(0x80 >> (bit % 8));
            Assert.True(!Hx711Codec.TryRead(changed, out int count) || count == 0x123456, $"bit {bit} gives {count}");
        }
    }

    // 4096 mV: a count is a millivolt. 40 mV is 0 mmHg, 0.5 mmHg a millivolt: 104 mV = 32 mmHg, 268 mV = 114 mmHg
    [Theory]
    [InlineData(40, 0.0)]
    [InlineData(104, 32.0)]
    [InlineData(268, 114.0)]
    [InlineData(640, 300.0)]
    public void A_transducer_gives_the_golden_pressures_by_registers_and_by_attributes(int count, double mmHg)
    {
        byte[] bytes = new byte[3];
        Mcp320xCodec.Write(Mcp320xPart.Mcp3204, count, bytes);
        foreach (string lines in (string[])[$"mcp3204/ch2\t0x{Convert.ToHexString(bytes)}\n", $"cuff/in_voltage_scale\t1.000000000\ncuff/in_voltage2_raw\t{count}\n"])
        {
            List<Reading> readings = Read(new Mcp320xMonitor(Mcp320xPart.Mcp3204, 2, new TransducerOptions(4096, Manometer)), lines);
            Assert.Equal([(ReadingKind.LineVoltage, (double)count), (ReadingKind.CuffPressure, mmHg)], readings.Select(r => (r.Kind, r.Value)));
            Assert.All(readings, r => Assert.Equal(("mcp3204", 12, 4096.0, 1, 1.0, Manometer), (r.Scale!.Converter, r.Scale.Bits, r.Scale.ReferenceMilliVolts, r.Scale.Gain, r.Scale.MilliVoltsPerCount, r.Scale.Calibration)));
        }
    }

    // the kernel's arithmetic: 5 V, gain 128: scale 0.000002327; 10 mV = 4297378 counts of it, on top of 8388608
    [Fact]
    public void A_bridge_behind_an_iiod_is_offset_binary_and_an_mcp3201_names_both_its_pins()
    {
        Assert.Equal(10.0, Read(new Hx711Monitor(128, new TransducerOptions(5000, null)), "b/in_voltage_scale\t0.000002327\nb/in_voltage0_raw\t12685986\n")[0].Value, 1e-5);
        Assert.Equal(-10.0, Read(new Hx711Monitor(32, new TransducerOptions(5000, null)), "b/in_voltage_scale\t0.000009311\nb/in_voltage1_raw\t7314609\n")[0].Value, 1e-4);
        Assert.Equal(1650, Read(new Mcp320xMonitor(Mcp320xPart.Mcp3201, 0, new TransducerOptions(3300, null)), "a/in_voltage-voltage_scale\t0.805664062\na/in_voltage0-voltage1_raw\t2048\n")[0].Value, 1e-3);
    }

    [Theory]
    [InlineData("0.000004655")]     // gain 64 where 128 was said
    [InlineData("0.000001536")]     // a supply of 3.3 V where 5 V was said
    [InlineData("-0.000002327")]
    [InlineData("foggy")]
    public void A_scale_of_another_gain_or_supply_is_refused_and_the_count_behind_it_is_no_voltage(string scale)
    {
        List<Reading> readings = Read(new Hx711Monitor(128, new TransducerOptions(5000, Manometer)), $"b/in_voltage_scale\t{scale}\nb/in_voltage0_raw\t8388608\n");
        Assert.Equal(WireFault.Range, readings[0].Fault);
        Assert.All(readings.Skip(1), r => Assert.Equal((QualityMarks.ReadFailed | QualityMarks.Missing, 61), (r.Marks, r.Detail)));
        Assert.Equal(3, readings.Count);
    }

    [Theory]
    [InlineData("mcp3204/ch2\t-5\n", QualityMarks.ReadFailed, 5)]
    [InlineData("mcp3204/ch2\t0xFFEFFF\n", QualityMarks.AboveRange, 300)]           // at the reference: 2027 mmHg or more
    [InlineData("mcp3204/ch2\t0xFFE2AE\n", QualityMarks.AboveRange, 300)]           // 686 mV: 323 mmHg, nobody calibrated there
    [InlineData("mcp3204/ch2\t0xFFE000\n", QualityMarks.BelowRange, 0)]             // 0 mV: -20 mmHg, the transducer is not there
    [InlineData("a/in_voltage2_raw\t104\n", QualityMarks.ReadFailed, 61)]           // no scale before it
    [InlineData("a/in_voltage_scale\t-5\na/in_voltage2_raw\t104\n", QualityMarks.ReadFailed, 5)]
    [InlineData("a/in_voltage_scale\t1.0\na/in_voltage2_raw\t-38\n", QualityMarks.ReadFailed, 38)]
    public void Without_a_pressure_there_is_a_reason(string lines, QualityMarks why, int detail)
    {
        Reading pressure = Read(new Mcp320xMonitor(Mcp320xPart.Mcp3204, 2, new TransducerOptions(4096, Manometer)), lines)[^1];
        Assert.Equal((ReadingKind.CuffPressure, why | QualityMarks.Missing, detail, 0.0), (pressure.Kind, pressure.Marks, pressure.Detail, pressure.Value));
    }

    [Fact]
    public void A_bridge_at_its_end_is_no_voltage_on_either_side_and_another_input_is_not_this_one()
    {
        Hx711Monitor bridge = new(128, new TransducerOptions(5000, Manometer));
        Assert.Equal([QualityMarks.AboveRange, QualityMarks.AboveRange], Read(bridge, "hx711/gain128\t0x3FFFFFFFFFFFFF\n").Select(r => r.Marks & ~QualityMarks.Missing));
        Assert.Equal([QualityMarks.BelowRange, QualityMarks.BelowRange], Read(bridge, "hx711/gain128\t0xC0000000000007\n").Select(r => r.Marks & ~QualityMarks.Missing));
        Assert.Empty(Read(bridge, "hx711/gain64\t0x3FFFFFFFFFFFFF\nmcp3204/ch2\t0xFFE068\n"));
        Assert.Empty(Read(new Mcp320xMonitor(Mcp320xPart.Mcp3204, 2, new TransducerOptions(4096, null)), "mcp3204/ch1\t0xFFE068\nmcp3208/ch2\t0xFFE068\n"));
    }

    [Theory]
    [InlineData("mcp3204/ch2\t0xFFF068\n")]     // null bit
    [InlineData("mcp3204/ch2\t0xE068\n")]
    [InlineData("mcp3204/ch2\t104\n")]
    [InlineData("a/in_voltage_scale\t1.0\na/in_voltage2_raw\t4096\n")]
    [InlineData("a/in_voltage_scale\t1.0\na/in_voltage2_raw\t10.5\n")]
    public void A_value_that_cannot_be_is_refused(string lines) =>
        Assert.Equal(WireFault.Range, Assert.Single(Read(new Mcp320xMonitor(Mcp320xPart.Mcp3204, 2, new TransducerOptions(4096, Manometer)), lines)).Fault);

    [Fact]
    public void Lines_split_anywhere_and_noise_before_them_give_the_same_readings()
    {
        byte[] stream = "x\nmcp3204/ch2\t0xFFE068\ncuff/in_voltage_scale\t1.0\ncuff/in_voltage2_raw\t268\nmcp3204/ch2\t-5\n"u8.ToArray();
        List<Reading> whole = Read(Monitor(), Encoding.ASCII.GetString(stream));
        Assert.Equal(7, whole.Count);
        for (int at = 0; at <= stream.Length; at++)
        {
            List<Reading> split = [];
            TransducerMonitor monitor = Monitor();
            monitor.Next(new Record(RecordKind.Bytes, 0, stream.AsMemory(0, at)), split);
            monitor.Next(new Record(RecordKind.Bytes, 0, stream.AsMemory(at)), split);
            Assert.Equal(whole.Where(r => r.Kind != ReadingKind.Refused), split.Where(r => r.Kind != ReadingKind.Refused));
            List<Reading> cut = [];
            TransducerMonitor broken = Monitor();
            broken.Next(new Record(RecordKind.Bytes, 0, stream.AsMemory(0, at)), cut);
            broken.Next(new Record(RecordKind.Closed, 1, default), cut);
            Assert.Equal(at > 0 && stream[at - 1] != '\n', cut.Any(r => r.Fault == WireFault.Truncated));
        }

        static TransducerMonitor Monitor() => new Mcp320xMonitor(Mcp320xPart.Mcp3204, 2, new TransducerOptions(4096, Manometer));
    }

    [Fact]
    public void A_scale_before_the_line_opened_anew_counts_no_more()
    {
        Hx711Monitor bridge = new(128, new TransducerOptions(5000, null));
        Read(bridge, "b/in_voltage_scale\t0.000002327\n");
        bridge.Next(new Record(RecordKind.Open, 0, default), []);
        Assert.Equal(61, Assert.Single(Read(bridge, "b/in_voltage0_raw\t8388608\n")).Detail);
    }

    [Fact]
    public void Any_bytes_are_folded_without_an_exception()
    {
        Random random = new(7);
        string[] words = ["mcp3204/ch2\t0x", "hx711/gain128\t0x", "a/in_voltage_scale\t", "a/in_voltage2_raw\t", "a/in_voltage0_raw\t-", "\n", "FFE0", "68", "FF", "1", ".", "0.000002327"];
        IMonitor[] monitors = [new Mcp320xMonitor(Mcp320xPart.Mcp3204, 2, new TransducerOptions(4096, Manometer)), new Hx711Monitor(128, new TransducerOptions(5000, Manometer))];
        List<Reading> readings = [];
        byte[] noise = new byte[40];
        for (int i = 0; i < 100_000; i++)
        {
            random.NextBytes(noise);
            byte[] bytes = i % 2 == 0 ? noise : Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 8).Select(_ => words[random.Next(words.Length)])));
            foreach (IMonitor monitor in monitors)
            {
                readings.Clear();
                monitor.Next(new Record(RecordKind.Bytes, i, bytes), readings);
                Assert.True(readings.TrueForAll(r => double.IsFinite(r.Value)));
            }

            int length = random.Next(0, 8);
            Mcp320xCodec.TryRead((Mcp320xPart)random.Next(4), noise.AsSpan(0, length), out int count);
            Assert.InRange(count, 0, Mcp320xCodec.HighestCount);
            Hx711Codec.TryRead(noise.AsSpan(0, length), out count);
            Assert.InRange(count, Hx711Codec.LowestCount, Hx711Codec.HighestCount);
        }
    }

    [Fact]
    public void A_reading_allocates_nothing()
    {
        Mcp320xMonitor monitor = new(Mcp320xPart.Mcp3204, 2, new TransducerOptions(4096, Manometer));
        byte[] line = "mcp3204/ch2\t0xFFE068\n"u8.ToArray();
        List<Reading> readings = new(8);
        for (int i = 0; i < 100; i++)
        {
            readings.Clear();
            monitor.Next(new Record(RecordKind.Bytes, i, line), readings);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            readings.Clear();
            monitor.Next(new Record(RecordKind.Bytes, i, line), readings);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(249)]
    [InlineData(5501)]
    [InlineData(double.NaN)]
    public void A_reference_no_converter_has_is_refused(double milliVolts) => Assert.Throws<ArgumentOutOfRangeException>(() => new TransducerOptions(milliVolts, null));

    private static List<Reading> Read(IMonitor monitor, string lines)
    {
        List<Reading> readings = [];
        monitor.Next(new Record(RecordKind.Bytes, 0, Encoding.ASCII.GetBytes(lines)), readings);
        return readings;
    }
}
