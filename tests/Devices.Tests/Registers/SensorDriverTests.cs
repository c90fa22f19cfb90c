using System.Text;
using Vascular.Devices.Links;
using Vascular.Devices.Max30102;
using Vascular.Devices.Mprls;
using Vascular.Devices.Tests.Links;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.Registers;

/// <summary>Register drivers against simulated register maps, and what their monitors make of the lines; golden counts of the kernel's scale rule.</summary>
public sealed class SensorDriverTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly WaitingTime time = new();

    // counts of a 300 mmHg part with transfer function A, by the kernel's own arithmetic: pmax 39997 Pa, scale 0.002980008, offset -1677722
    [Theory]
    [InlineData(1677722, 0.0)]
    [InlineData(3109368, 32.0)]
    [InlineData(6777961, 114.0)]
    [InlineData(8388562, 150.0)]
    public async Task A_cuff_sensor_gives_the_golden_pressures_by_registers_and_by_attributes_in_Pa_and_in_kPa(int count, double mmHg)
    {
        MprlsMap chip = new() { Output = count };
        List<string> lines = await PollAsync(new I2cChip.Mprls(), chip, 1);
        Assert.Equal($"mprls/measurement\t0x40{count:X6}\n", lines[0]);
        Assert.Equal(["AA0000"], chip.Written);
        Assert.Equal(mmHg, Pressure(lines[0]).Value, 0.005);
        Assert.Equal(mmHg, Pressure($"mprls0025pa/in_pressure_offset\t-1677722.0\nmprls0025pa/in_pressure_scale\t0.002980008\nmprls0025pa/in_pressure_raw\t{count}\n").Value, 0.005);
        Assert.Equal(mmHg, Pressure($"mprls0025pa/in_pressure_offset\t-1677722.0\nmprls0025pa/in_pressure_scale\t0.000002980008\nmprls0025pa/in_pressure_raw\t{count}\n").Value, 0.005);
    }

    [Fact]
    public void The_driver_without_a_device_tree_entry_is_a_25_psi_part() =>
        Assert.Equal(32, Pressure("a/in_pressure_offset\t-1677722.0\na/in_pressure_scale\t0.012842492\na/in_pressure_raw\t2009925\n").Value, 3);

    [Theory]
    [InlineData("mprls/measurement\t-121\n", QualityMarks.ReadFailed, 121)]
    [InlineData("mprls/measurement\t0x60199999\n", QualityMarks.ReadFailed, 16)]        // still busy
    [InlineData("mprls/measurement\t0x44199999\n", QualityMarks.ReadFailed, 5)]         // its memory check failed
    [InlineData("mprls/measurement\t0x41FFFFFF\n", QualityMarks.AboveRange, 300)]       // saturated
    [InlineData("mprls/measurement\t0x40FFFFFF\n", QualityMarks.AboveRange, 300)]
    [InlineData("mprls/measurement\t0x40000000\n", QualityMarks.BelowRange, 0)]
    [InlineData("a/in_pressure_raw\t3109368\n", QualityMarks.ReadFailed, 61)]           // no scale before it
    [InlineData("a/in_pressure_offset\t-5\na/in_pressure_scale\t0.002980008\na/in_pressure_raw\t3109368\n", QualityMarks.ReadFailed, 5)]
    public void Without_a_pressure_there_is_a_reason(string lines, QualityMarks why, int detail)
    {
        Reading reading = Pressure(lines);
        Assert.Equal((why | QualityMarks.Missing, detail, 0.0), (reading.Marks, reading.Detail, reading.Value));
    }

    [Theory]
    [InlineData("1")]           // 13 MPa or 13 GPa
    [InlineData("0.00000001")]
    [InlineData("0.0001")]      // between the two units: neither
    [InlineData("-0.002980008")]
    [InlineData("foggy")]
    public void A_scale_that_no_part_has_is_refused_and_the_count_behind_it_is_no_pressure(string scale)
    {
        List<Reading> readings = Read(new MprlsMonitor(new MprlsOptions()), $"a/in_pressure_offset\t-1677722.0\na/in_pressure_scale\t{scale}\na/in_pressure_raw\t3109368\n");
        Assert.Equal(WireFault.Range, readings[0].Fault);
        Assert.False(readings[^1].HasValue);
    }

    [Fact]
    public async Task A_sensor_that_stays_busy_is_a_time_out_and_another_chip_is_not_taken_for_one()
    {
        Assert.Equal("mprls/measurement\t-110\n", (await PollAsync(new I2cChip.Mprls(), new MprlsMap { LooksBusy = 99 }, 1))[0]);
        IOException failure = await Assert.ThrowsAsync<IOException>(() => OpenAsync(new I2cChip.Mprls(), new MprlsMap { Status = 0x9A }));
        Assert.Contains("a chip with status 0x9A answers", failure.Message, StringComparison.Ordinal);
    }

    // golden record: red 120000, infra-red 150000 = 01 D4 C0 · 02 49 F0
    [Fact]
    public async Task A_pulse_sensor_is_set_and_its_FIFO_is_emptied_each_poll()
    {
        Max30102Map chip = new();
        for (int i = 0; i < 10; i++)
        {
            chip.Sample(120_000, 150_000 + i);
        }

        List<string> lines = await PollAsync(new I2cChip.Max30102(), chip, 3);
        Assert.Equal((0x50, 0x2F, 35, 35, 3), (chip.Settings[0x08], chip.Settings[0x0A], chip.Settings[0x0C], chip.Settings[0x0D], chip.Settings[0x09]));
        Assert.Equal("max30102/fifo\t0x0A0000\n", lines[0]);
        Assert.StartsWith("max30102/samples\t0x01D4C00249F001D4C00249F1", lines[1], StringComparison.Ordinal);
        List<Reading> readings = Read(new Max30102Monitor(), string.Concat(lines));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (double)(262_143 - 150_000 - i)), readings.Select(r => r.Value));
        Assert.All(readings, r => Assert.Equal((18, 100.0, true), (r.Waveform!.Bits, r.Waveform.RateHz, r.Waveform.IsGradable)));
        Assert.All(readings.Zip(readings.Skip(1)), two => Assert.InRange(two.Second.AtNs - two.First.AtNs, 9_000_000, 11_000_000));
    }

    [Fact]
    public async Task What_the_FIFO_lost_is_said_and_its_time_passes()
    {
        Max30102Map chip = new();
        for (int i = 0; i < 40; i++)
        {
            chip.Sample(0, i);
        }

        List<string> lines = await PollAsync(new I2cChip.Max30102(), chip, 6);
        List<Reading> readings = Read(new Max30102Monitor(), string.Concat(lines));
        Assert.Equal((ReadingKind.Refused, WireFault.Truncated, 8.0), (readings[0].Kind, readings[0].Fault, readings[0].Value));
        Assert.Equal(Enumerable.Range(8, 32).Select(i => 262_143.0 - i), readings.Skip(1).Select(r => r.Value));
    }

    [Fact]
    public async Task A_saturated_sample_is_no_value_and_another_part_is_not_taken_for_one()
    {
        Reading reading = Assert.Single(Read(new Max30102Monitor(), "max30102/fifo\t0x010000\nmax30102/samples\t0x00000003FFFF\n"));
        Assert.Equal((QualityMarks.AboveRange | QualityMarks.Missing, 0.0), (reading.Marks, reading.Value));
        Assert.Equal(WireFault.Range, Assert.Single(Read(new Max30102Monitor(), "max30102/samples\t0x0000\nmax30102/fifo\t0x00\n")).Fault);
        IOException failure = await Assert.ThrowsAsync<IOException>(() => OpenAsync(new I2cChip.Max30102(), new Max30102Map { PartId = 0x11 }));
        Assert.Contains("a chip with part id 0x11 answers, a MAX30102 says 0x15", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_split_anywhere_give_the_same_readings()
    {
        byte[] stream = Encoding.ASCII.GetBytes("max30102/fifo\t0x030000\nmax30102/samples\t0x01D4C00249F001D4C00249F1\nx\nmax30102/samples\t0x01D4C00249F2\n");
        List<Reading> whole = Read(new Max30102Monitor(), Encoding.ASCII.GetString(stream));
        Assert.Equal(4, whole.Count);
        for (int at = 0; at <= stream.Length; at++)
        {
            List<Reading> split = [];
            Max30102Monitor monitor = new();
            monitor.Next(new Record(RecordKind.Bytes, 0, stream.AsMemory(0, at)), split);
            monitor.Next(new Record(RecordKind.Bytes, 0, stream.AsMemory(at)), split);
            Assert.Equal(whole.Where(r => r.Kind == ReadingKind.PlethSample), split.Where(r => r.Kind == ReadingKind.PlethSample));
        }
    }

    [Fact]
    public void Any_bytes_are_folded_without_an_exception()
    {
        Random random = new(5);
        string[] words = ["max30102/fifo\t0x", "max30102/samples\t0x", "mprls/measurement\t0x", "a/in_pressure_scale\t", "a/in_pressure_raw\t", "a/in_pressure_offset\t-", "\n", "00", "FF", "1", "."];
        IMonitor[] monitors = [new Max30102Monitor(), new MprlsMonitor(new MprlsOptions())];
        List<Reading> readings = [];
        byte[] noise = new byte[40];
        for (int i = 0; i < 20_000; i++)
        {
            random.NextBytes(noise);
            byte[] bytes = i % 2 == 0 ? noise : Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 8).Select(_ => words[random.Next(words.Length)])));
            foreach (IMonitor monitor in monitors)
            {
                readings.Clear();
                monitor.Next(new Record(RecordKind.Bytes, i, bytes), readings);
                Assert.All(readings, r => Assert.True(double.IsFinite(r.Value)));
            }
        }
    }

    private static Reading Pressure(string lines) => Assert.Single(Read(new MprlsMonitor(new MprlsOptions()), lines));

    private static List<Reading> Read(IMonitor monitor, string lines)
    {
        List<Reading> readings = [];
        monitor.Next(new Record(RecordKind.Bytes, 0, Encoding.ASCII.GetBytes(lines)), readings);
        return readings;
    }

    private async Task<ILink> OpenAsync(I2cChip what, RegisterMap map) =>
        await I2cPolled.OpenAsync(new LinkSettings.I2c(1, 0x18, what), _ => map, new CountingClock(), time, CancellationToken.None);

    private async Task<List<string>> PollAsync(I2cChip what, RegisterMap map, int count)
    {
        await using ILink link = await OpenAsync(what, map);
        List<string> lines = [];
        await using IAsyncEnumerator<Arrival> arrivals = link.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        Task<bool> next = arrivals.MoveNextAsync().AsTask();
        await time.PassAsync(Period / 2, Period);
        for (int line = 0; line < count; line++)
        {
            Assert.True(await next.WaitAsync(Deadline));
            lines.Add(Encoding.ASCII.GetString(arrivals.Current.Bytes.Span));
            next = line < count - 1 ? arrivals.MoveNextAsync().AsTask() : next;
        }

        return lines;
    }
}
