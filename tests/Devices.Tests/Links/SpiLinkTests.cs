using System.Text;
using Vascular.Devices.Hx711;
using Vascular.Devices.Links;
using Vascular.Devices.Mcp320x;
using Vascular.Devices.Tests.Registers;
using Vascular.Devices.Transducers;
using Vascular.Processing.Vocabulary;

namespace Vascular.Devices.Tests.Links;

public sealed class SpiLinkTests : LinkContract, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HalfPeriod = Period / 2;

    private readonly WaitingTime time = new();
    private readonly Mcp3208Map chip = new();

    public void Dispose() => chip.Dispose();

    [Theory]
    [InlineData(0, "060000", 100)]
    [InlineData(1, "064000", 211)]
    [InlineData(5, "074000", 655)]
    [InlineData(6, "078000", 766)]
    public async Task A_chip_that_reads_the_request_bit_by_bit_converts_the_input_that_was_meant(int input, string request, int count)
    {
        await using ILink link = await OpenAsync(new SpiChip.Mcp320x(Mcp320xPart.Mcp3208, input), chip);
        string line = Assert.Single(await PollAsync(link, 1));
        Assert.Equal($"mcp3208/ch{input}\t0x{0xFF:X2}{0xE0 | (count >> 8):X2}{count & 0xFF:X2}\n", line);
        Assert.Equal([request, request], chip.Out);
        Reading reading = Read(new Mcp320xMonitor(Mcp320xPart.Mcp3208, input, new TransducerOptions(4096, null)), line);
        Assert.Equal((ReadingKind.LineVoltage, (double)count), (reading.Kind, reading.Value));
    }

    [Theory]
    [InlineData(128, 1_234_567)]
    [InlineData(64, 617_283)]
    [InlineData(32, -308_642)]
    public async Task A_bridge_converter_that_counts_pulses_gives_the_gain_that_was_meant_from_the_first_line_on(int gain, int count)
    {
        Hx711Map bridge = new();
        await using ILink link = await OpenAsync(new SpiChip.Hx711(gain), bridge);
        Assert.Equal(gain, bridge.Gain);
        string line = Assert.Single(await PollAsync(link, 1));
        Assert.StartsWith($"hx711/gain{gain}\t0x", line, StringComparison.Ordinal);
        Reading reading = Read(new Hx711Monitor(gain, new TransducerOptions(5000, null)), line);
        Assert.Equal(count * 5000.0 / gain / (1 << 24), reading.Value, 1e-9);
        Assert.Equal(("hx711", 24, 5000.0, gain), (reading.Scale!.Converter, reading.Scale.Bits, reading.Scale.ReferenceMilliVolts, reading.Scale.Gain));
    }

    [Fact]
    public async Task A_bridge_converter_that_is_never_ready_is_a_time_out_and_not_the_conversion_before()
    {
        Hx711Map bridge = new();
        await using ILink link = await OpenAsync(new SpiChip.Hx711(), bridge);
        await PollAsync(link, 1);
        bridge.LooksBusy = 1000;
        await PollAsync(link, 1);
        Assert.Equal(["hx711/gain128\t-110\n"], await PollAsync(link, 1));
    }

    [Fact]
    public async Task An_error_of_the_bus_is_a_line_with_its_number_and_the_line_goes_on()
    {
        await using ILink link = await OpenAsync(new SpiChip.Mcp320x(Mcp320xPart.Mcp3208, 0), chip);
        chip.Errors.Enqueue(110);
        Assert.Equal(["mcp3208/ch0\t-110\n"], await PollAsync(link, 1));
        Assert.Equal(["mcp3208/ch0\t0xFFE064\n"], await PollAsync(link, 1));
    }

    [Fact]
    public async Task A_chip_that_answers_no_more_is_a_lost_line_after_three_polls_without_a_read()
    {
        await using ILink link = await OpenAsync(new SpiChip.Mcp320x(Mcp320xPart.Mcp3208, 0), chip);
        chip.Dead = true;
        await using IAsyncEnumerator<Arrival> arrivals = link.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        for (int poll = 0; poll < 3; poll++)
        {
            Task<bool> next = arrivals.MoveNextAsync().AsTask();
            await time.PassAsync(HalfPeriod, Period);
            Assert.True(await next.WaitAsync(Deadline));
            Assert.Equal("mcp3208/ch0\t-5\n", Encoding.ASCII.GetString(arrivals.Current.Bytes.Span));
        }

        IOException lost = await Assert.ThrowsAsync<IOException>(() => arrivals.MoveNextAsync().AsTask().WaitAsync(Deadline));
        Assert.Equal("/dev/spidev0.1 lost: nothing could be read in 3 polls", lost.Message);
    }

    [Fact]
    public async Task A_bus_that_hangs_is_left_when_stopped_and_closed_when_it_comes_back()
    {
        ILink link = await OpenAsync(new SpiChip.Mcp320x(Mcp320xPart.Mcp3208, 0), chip);
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

    [Theory]
    [InlineData(true, "no MCP3208 answers (0xFFFFFF came in, without the 0 before the count)")]
    [InlineData(null, "no MCP3208 answers (error 5)")]
    public async Task Nobody_behind_the_chip_select_is_named_with_where_to_correct_it(bool? restsHigh, string because)
    {
        (chip.RestsHigh, chip.Dead) = (restsHigh, restsHigh is null);
        IOException failure = await Assert.ThrowsAsync<IOException>(() => OpenAsync(new SpiChip.Mcp320x(Mcp320xPart.Mcp3208, 0), chip));
        Assert.Equal($"no chip: /dev/spidev0.1, look at its wires and power or correct devices[2].link.bus and .chip_select ({because})", failure.Message);
        Assert.True(chip.IsDisposed);
    }

    [Theory]
    [InlineData(true, "no HX711 answers (no conversion was ready)")]
    [InlineData(false, "no HX711 answers (0x00000000000000 came in, which is no conversion)")]
    public async Task An_open_wire_is_no_bridge_converter_whichever_way_it_rests(bool high, string because)
    {
        IOException failure = await Assert.ThrowsAsync<IOException>(() => OpenAsync(new SpiChip.Hx711(), new Hx711Map { RestsHigh = high }));
        Assert.Contains(because, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bus_this_machine_does_not_have_is_named()
    {
        LinkFactory factory = new(new CountingClock(), TimeProvider.System);
        IOException failure = await Assert.ThrowsAsync<IOException>(
            () => factory.OpenAsync(new LinkSettings.Spi(987, 6, new SpiChip.Hx711()), CancellationToken.None).AsTask());
        Assert.StartsWith("no chip: /dev/spidev987.6, look at its wires", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_can_be_written_to_what_is_only_read()
    {
        await using ILink link = await OpenAsync(new SpiChip.Mcp320x(Mcp320xPart.Mcp3208, 0), chip);
        IOException failure = await Assert.ThrowsAsync<IOException>(() => link.WriteAsync(new byte[] { 1 }, CancellationToken.None).AsTask());
        Assert.Equal("/dev/spidev0.1 is only read; it takes no bytes", failure.Message);
    }

    protected override async Task<(ILink Link, IFarEnd Far)> OpenAsync(ITapeClock clock) => (
        await SpiPolled.OpenAsync(new LinkSettings.Spi(0, 1, new SpiChip.Mcp320x(Mcp320xPart.Mcp3208, 0)), _ => chip, clock, time, CancellationToken.None),
        new Board(chip, time));

    private async Task<ILink> OpenAsync(SpiChip what, SpiChipMap map) => await SpiPolled.OpenAsync(
        new LinkSettings.Spi(0, 1, what) { ConfiguredAt = "devices[2].link" }, _ => map, new CountingClock(), time, CancellationToken.None);

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

    private static Reading Read(IMonitor monitor, string line)
    {
        List<Reading> readings = [];
        monitor.Next(new Record(RecordKind.Bytes, 0, Encoding.ASCII.GetBytes(line)), readings);
        return Assert.Single(readings);
    }

    private sealed class Board(Mcp3208Map chip, WaitingTime time) : IFarEnd
    {
        public string Name => "/dev/spidev0.1";

        public async Task<byte[]> SpeakAsync(int what, CancellationToken cancel)
        {
            await time.PassAsync(HalfPeriod, Period);
            return "mcp3208/ch0\t0xFFE064\n"u8.ToArray();
        }

        public void Dispose()
        {
            chip.Dead = true;
            time.Elapses = Period;
            time.Advance(Period);       // for the wait that is under way
        }
    }
}
