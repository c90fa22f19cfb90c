using System.Text;
using Vascular.Devices.Barometer;
using Vascular.Devices.Links;
using Vascular.Devices.Registers;
using Vascular.Devices.Tcm;
using Vascular.Devices.Tests.Registers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.Links;

public sealed class I2cLinkTests : LinkContract, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HalfPeriod = Period / 2;

    private readonly WaitingTime time = new();
    private readonly Ads1115Map chip = new();

    public void Dispose() => chip.Dispose();

    [Fact]
    public async Task One_poll_converts_every_input_in_the_order_wanted_and_writes_a_line_for_each_read()
    {
        await using ILink link = await AdcAsync(1, 2, 0);
        List<string> lines = await PollAsync(link, 6);
        Assert.Equal(
            [
                "ads1115/ain1_config\t0xD583\n", "ads1115/ain1_conversion\t0x3700\n",
                "ads1115/ain2_config\t0xE583\n", "ads1115/ain2_conversion\t0x15E0\n",
                "ads1115/ain0_config\t0xC583\n", "ads1115/ain0_conversion\t0x0D20\n",
            ],
            lines);
        Assert.Equal([0xD583, 0xE583, 0xC583], chip.Written.Select(w => (int)w));
        Assert.Equal([44.0, 350.0, 42.0], Readings(lines).Select(r => r.Value));
    }

    [Fact]
    public async Task An_error_of_the_bus_is_a_line_with_its_number_and_the_other_inputs_are_still_read()
    {
        await using ILink link = await AdcAsync(1, 0);
        chip.Errors.Enqueue(121);
        List<string> lines = await PollAsync(link, 3);
        Assert.Equal("ads1115/ain1_config\t-121\n", lines[0]);
        Assert.Equal("ads1115/ain0_conversion\t0x0D20\n", lines[2]);
        Assert.Equal([(QualityMarks.ReadFailed | QualityMarks.Missing, 121), (QualityMarks.None, 0)], Readings(lines).Select(r => (r.Marks, r.Detail)));
    }

    [Fact]
    public async Task A_conversion_that_never_ends_is_a_time_out_and_not_the_conversion_before()
    {
        await using ILink link = await AdcAsync(0);
        chip.LooksBusy = 1000;
        Assert.Equal(["ads1115/ain0_config\t-110\n"], await PollAsync(link, 1));
    }

    [Fact]
    public async Task A_chip_that_was_reset_gives_its_setting_away_and_no_value()
    {
        await using ILink link = await AdcAsync(0);
        chip.ForgetsItsSetting = true;
        chip.LooksBusy = 0;
        List<string> lines = await PollAsync(link, 2);
        Assert.Equal("ads1115/ain0_config\t0x8583\n", lines[0]);
        Assert.DoesNotContain(Readings(lines), r => r.Kind == ReadingKind.TranscutaneousOxygen && r.HasValue);
    }

    [Fact]
    public async Task Polls_stand_on_the_grid_and_missed_ones_are_left_out()
    {
        await using ILink link = await AdcAsync(0);
        await using IAsyncEnumerator<Arrival> arrivals = link.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        List<double> polledAt = [];
        long began = time.GetTimestamp();
        for (int poll = 0; poll < 4; poll++)
        {
            Task<bool> config = arrivals.MoveNextAsync().AsTask();
            await time.PassAsync(TimeSpan.Zero, Period);
            Assert.True(await config.WaitAsync(Deadline));
            polledAt.Add(Math.Round(time.GetElapsedTime(began).TotalSeconds, 1));
            Assert.True(await arrivals.MoveNextAsync().AsTask().WaitAsync(Deadline));
            if (poll == 1)
            {
                time.Advance(TimeSpan.FromSeconds(2.5));        // nobody fetched for two and a half periods
            }
        }

        Assert.Equal([1.0, 2.0, 5.0, 6.0], polledAt);
    }

    [Fact]
    public async Task A_chip_that_answers_no_more_is_a_lost_line_after_three_polls_without_a_read()
    {
        await using ILink link = await AdcAsync(0);
        await using IAsyncEnumerator<Arrival> arrivals = link.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        chip.Dead = true;
        for (int poll = 0; poll < 3; poll++)
        {
            Task<bool> next = arrivals.MoveNextAsync().AsTask();
            await time.PassAsync(HalfPeriod, Period);
            Assert.True(await next.WaitAsync(Deadline));
            Assert.Equal("ads1115/ain0_config\t-121\n", Encoding.ASCII.GetString(arrivals.Current.Bytes.Span));
        }

        IOException lost = await Assert.ThrowsAsync<IOException>(() => arrivals.MoveNextAsync().AsTask().WaitAsync(Deadline));
        Assert.Equal("/dev/i2c-1 0x48 lost: nothing could be read in 3 polls", lost.Message);
    }

    [Fact]
    public async Task A_bus_that_hangs_is_left_when_stopped_and_closed_when_it_comes_back()
    {
        ILink link = await AdcAsync(0);
        using CancellationTokenSource stop = new();
        Task<bool> next = link.ReadAsync(stop.Token).GetAsyncEnumerator().MoveNextAsync().AsTask();
        chip.Free.Reset();
        time.Elapses = Period;
        time.Advance(Period);
        await stop.CancelAsync();
        Assert.False(await next.WaitAsync(Deadline));
        await link.DisposeAsync();
        Assert.False(chip.IsDisposed && !chip.Free.IsSet);
        chip.Free.Set();
    }

    [Fact]
    public async Task Nobody_at_the_address_is_named_with_where_to_correct_it()
    {
        chip.Dead = true;
        IOException failure = await Assert.ThrowsAsync<IOException>(() => AdcAsync(0));
        Assert.Equal(
            "no chip: /dev/i2c-1 0x48, look at its wires and power or correct devices[2].link.bus and .address (no ADS1115 answers (error 121))", failure.Message);
        Assert.True(chip.IsDisposed);
    }

    [Fact]
    public async Task A_bus_this_machine_does_not_have_is_named()
    {
        LinkFactory factory = new(new CountingClock(), TimeProvider.System);
        IOException failure = await Assert.ThrowsAsync<IOException>(
            () => factory.OpenAsync(new LinkSettings.I2c(987, 0x48, new I2cChip.Ads1115([0])), CancellationToken.None).AsTask());
        Assert.StartsWith("no chip: /dev/i2c-987 0x48, look at its wires", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_barometer_is_read_by_one_forced_measurement_a_poll()
    {
        Bmp280Map barometer = new();
        await using ILink link = await OpenAsync(new I2cChip.Bmp280(), barometer);
        List<string> lines = await PollAsync(link, 2);
        Assert.Equal($"bmp280/calibration\t0x{Convert.ToHexString(Bmp280Golden.Calibration)}\n", lines[0]);
        Assert.Equal("bmp280/measurement\t0x655AC07EED00\n", lines[1]);
        Assert.Equal([(0xF4, 0x55)], barometer.Written.Select(w => ((int)w.Register, (int)w.Value)));
        List<Reading> readings = [];
        new BarometerMonitor().Next(new Record(RecordKind.Bytes, 0, Encoding.ASCII.GetBytes(string.Concat(lines))), readings);
        Assert.Equal([754.96, 25.08], readings.Select(r => Math.Round(r.Value, 2)));
    }

    [Fact]
    public async Task Another_chip_at_the_barometers_address_is_not_taken_for_one()
    {
        IOException failure = await Assert.ThrowsAsync<IOException>(() => OpenAsync(new I2cChip.Bmp280(), new Bmp280Map { Id = 0x60 }));
        Assert.Contains("a chip with id 0x60 answers, a BMP280 says 0x58", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Error 121 performing I2C data transfer.", 121)]
    [InlineData("Error 6 performing I2C data transfer.", 6)]
    [InlineData("Error performing I2C data transfer.", 5)]
    [InlineData("Error 99999 performing I2C data transfer.", 5)]
    [InlineData("The bus is gone", 5)]
    public void The_librarys_message_gives_the_error_number(string message, int errno) => Assert.Equal(errno, BusCalls.Errno(new IOException(message)));

    [Fact]
    public async Task Nothing_can_be_written_to_what_is_only_read()
    {
        await using ILink link = await AdcAsync(0);
        IOException failure = await Assert.ThrowsAsync<IOException>(() => link.WriteAsync(new byte[] { 1 }, CancellationToken.None).AsTask());
        Assert.Equal("/dev/i2c-1 0x48 is only read; it takes no bytes", failure.Message);
    }

    protected override async Task<(ILink Link, IFarEnd Far)> OpenAsync(ITapeClock clock)
    {
        LinkSettings.I2c settings = new(1, 0x48, new I2cChip.Ads1115([0]));
        return (await I2cPolled.OpenAsync(settings, _ => chip, clock, time, CancellationToken.None), new Board(chip, time));
    }

    private Task<ILink> AdcAsync(params int[] inputs) => OpenAsync(new I2cChip.Ads1115(inputs), chip);

    private async Task<ILink> OpenAsync(I2cChip what, RegisterMap map) => await I2cPolled.OpenAsync(
        new LinkSettings.I2c(1, 0x48, what) { ConfiguredAt = "devices[2].link" }, _ => map, new CountingClock(), time, CancellationToken.None);

    /// <summary>The lines of one poll.</summary>
    private async Task<List<string>> PollAsync(ILink link, int count)
    {
        List<string> lines = [];
        await using IAsyncEnumerator<Arrival> arrivals = link.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        Task<bool> next = arrivals.MoveNextAsync().AsTask();
        await time.PassAsync(HalfPeriod, Period);
        for (int line = 0; line < count; line++)
        {
            Assert.True(await next.WaitAsync(Deadline));
            lines.Add(Encoding.ASCII.GetString(arrivals.Current.Bytes.Span));
            next = line < count - 1 ? arrivals.MoveNextAsync().AsTask() : next;
        }

        return lines;
    }

    private static List<Reading> Readings(List<string> lines)
    {
        List<Reading> readings = [];
        new TcmMonitor(new TcmOptions()).Next(new Record(RecordKind.Bytes, 0, Encoding.ASCII.GetBytes(string.Concat(lines))), readings);
        return readings;
    }

    private sealed class Board(Ads1115Map chip, WaitingTime time) : IFarEnd
    {
        public string Name => "/dev/i2c-1 0x48";

        public async Task<byte[]> SpeakAsync(int what, CancellationToken cancel)
        {
            bool config = what % 2 == 1;
            if (config)
            {
                await time.PassAsync(HalfPeriod, Period);
            }

            return Encoding.ASCII.GetBytes(config ? "ads1115/ain0_config\t0xC583\n" : "ads1115/ain0_conversion\t0x0D20\n");
        }

        public void Dispose()
        {
            chip.Dead = true;
            time.Elapses = Period;
            time.Advance(Period);       // for the wait that is under way
        }
    }
}
