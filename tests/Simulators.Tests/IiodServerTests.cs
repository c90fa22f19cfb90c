using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Vascular.Devices;
using Vascular.Devices.Links;
using Vascular.Devices.Tcm;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Iiod;
using Vascular.Simulators.Scripts;

namespace Vascular.Simulators.Tests;

/// <summary>The simulated iiod against the golden answers of the real one, against Debian's own clients, and against our link.</summary>
public sealed class IiodServerTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("VERSION\r\n", "0.24.v0.24  \n")]
    [InlineData("ZPRINT\r\n", "-22\n")]
    [InlineData("FOO BAR\r\n", "-22\n")]
    [InlineData("\r\n\n", "")]
    [InlineData("TIMEOUT 2500\r\n", "0\n")]
    [InlineData("READ iio:device0 INPUT nochan raw\r\n", "-6\n")]
    [InlineData("READ iio:device9 INPUT voltage0 raw\r\n", "-19\n")]
    [InlineData("READ iio:device0 INPUT voltage0 colour\r\n", "-2\n")]
    [InlineData("READ iio:device0 INPUT voltage0 scale\r\n", "12\n0.062500000\0\n")]
    [InlineData("READ tcpo2-chest INPUT voltage0 scale\r\n", "12\n0.062500000\0\n")]
    [InlineData("READBUF iio:device0 256\r\n", "-9\n")]
    [InlineData("OPEN iio:device0 16 3\r\n", "-22\n")]
    [InlineData("CLOSE iio:device0\r\n", "-6\n")]
    [InlineData("GETTRIG iio:device0\r\n", "0\n")]
    [InlineData("WRITE iio:device0 INPUT voltage0 scale 5\r\nVERSION\r\n", "-30\n")]        // the five bytes are data, the rest of the line is an unknown word
    [InlineData("OPEN iio:device0 4 00000011\r\nREADBUF iio:device0 15\r\nCLOSE iio:device0\r\n", "0\n0\n0\n")]
    public void Answers_are_those_of_the_real_daemon(string said, string answer)
    {
        IiodSession session = new(Board());
        foreach (byte each in Encoding.ASCII.GetBytes(said))
        {
            session.Receive(0, [each]);
        }

        Assert.StartsWith(answer, Said(session, 0), StringComparison.Ordinal);
        Assert.Equal(answer.Length == 0, Said(session, 0).Length == 0 && answer.Length == 0);
    }

    [Fact]
    public void Buffered_samples_come_when_they_have_been_taken_in_the_layout_of_libiio()
    {
        IiodSession session = new(Board());
        session.Receive(0, "OPEN iio:device0 4 00000011\r\nREADBUF iio:device0 64\r\n"u8);
        Assert.Equal("0\n", Said(session, 0));
        Assert.Equal(4 * Nanoseconds.PerSecond / 128, session.NextAtNs);
        ArrayBufferWriter<byte> wire = new();
        session.Advance(Nanoseconds.PerSecond, wire);
        byte[] bytes = wire.WrittenSpan.ToArray();
        Assert.Equal("64\n00000011\n", Encoding.ASCII.GetString(bytes, 0, 12));
        Assert.Equal(12 + 64, bytes.Length);
        Assert.Equal(1_505_554_200_007_812_500, BitConverter.ToInt64(bytes, 12 + 8));       // 2017-09-16T09:30:00Z and 1/128 s
        Assert.Equal(7_812_500, BitConverter.ToInt64(bytes, 12 + 24) - BitConverter.ToInt64(bytes, 12 + 8));
        Assert.True(BitConverter.ToInt16(bytes, 12) > 0);
    }

    [Fact]
    public void A_late_answer_is_late_and_holds_up_those_behind_it()
    {
        IiodSession session = new(Board(), late: 1, new SeededStream(1, "late"));
        session.Receive(0, "READ iio:device0 INPUT voltage0 scale\r\nVERSION\r\n"u8);
        Assert.Equal("", Said(session, IiodSession.LateNs - 1));
        Assert.Equal("12\n0.062500000\0\n0.24.v0.24  \n", Said(session, IiodSession.LateNs));
    }

    [Fact]
    public async Task Debians_iio_info_reads_every_value()
    {
        await using Running running = new();
        string told = await ToolAsync("iio_info", "-u", $"ip:127.0.0.1:{running.Port}");
        Assert.Contains("IIO context has 2 devices:", told, StringComparison.Ordinal);
        Assert.Contains("iio:device0: ads1015 (label: tcpo2-foot) (buffer capable)", told, StringComparison.Ordinal);
        Assert.Contains("iio:device1: ads1015 (label: tcpo2-chest) (buffer capable)", told, StringComparison.Ordinal);
        Assert.Contains("voltage0:  (input, index: 4, format: le:S16/16>>0)", told, StringComparison.Ordinal);
        Assert.Contains("attr  2: scale value: 0.062500000", told, StringComparison.Ordinal);
        Assert.DoesNotContain("ERROR", told, StringComparison.Ordinal);
        string raw = told.Split('\n').First(l => l.Contains("raw value: ", StringComparison.Ordinal)).Split("value: ")[1].Trim();
        Assert.InRange(int.Parse(raw, CultureInfo.InvariantCulture), 9000, 13000);      // an electrode just put on: nearly air, 775 mV
    }

    [Fact]
    public async Task Debians_iio_readdev_streams_samples()
    {
        await using Running running = new();
        byte[] bytes = await ToolBytesAsync("iio_readdev", "-u", $"ip:127.0.0.1:{running.Port}", "-b", "4", "-s", "8", "tcpo2-foot", "voltage0", "timestamp");
        Assert.Equal(8 * 16, bytes.Length);
        for (int n = 0; n < 8; n++)
        {
            Assert.InRange(BitConverter.ToInt16(bytes, n * 16), 9000, 13000);
            Assert.True(n == 0 || BitConverter.ToInt64(bytes, (n * 16) + 8) - BitConverter.ToInt64(bytes, (n * 16) - 8) == 7_812_500);
        }
    }

    [Fact]
    public async Task Two_links_of_ours_read_two_sites_at_once()
    {
        await using Running running = new();
        LinkFactory factory = new(new Stopped(), TimeProvider.System);
        double[] tensions = await Task.WhenAll(TensionAsync(factory, running.Port, "tcpo2-foot"), TensionAsync(factory, running.Port, "tcpo2-chest"));
        Assert.All(tensions, t => Assert.InRange(t, 120, 160));
    }

    private static async Task<double> TensionAsync(LinkFactory factory, int port, string device)
    {
        TcmMonitor monitor = new(new TcmOptions());
        List<Reading> readings = [];
        using CancellationTokenSource deadline = new(Deadline);
        LinkSettings.Iiod settings = new("127.0.0.1", port, device, new TcmOptions().IiodAttributes) { Period = TimeSpan.FromMilliseconds(50) };
        await using ILink link = await factory.OpenAsync(settings, deadline.Token);
        await foreach (Arrival arrival in link.ReadAsync(deadline.Token))
        {
            monitor.Next(new Devices.Record(RecordKind.Bytes, 0, arrival.Bytes), readings);
            if (readings.Count(r => r.Kind == ReadingKind.TranscutaneousOxygen) == 3)
            {
                break;
            }
        }

        Assert.All(readings.Where(r => r.Kind == ReadingKind.TranscutaneousOxygen), r => Assert.True(r.HasValue));
        return readings.Last(r => r.Kind == ReadingKind.TranscutaneousOxygen).Value;
    }

    private static SimulatedIiod Board()
    {
        SimulatedWorld world = SkinOxygenTests.Bound(null);
        return new SimulatedIiod(world.OxygenMonitors, world.Scenario.Start);
    }

    private static string Said(IiodSession session, long atNs)
    {
        ArrayBufferWriter<byte> wire = new();
        session.Advance(atNs, wire);
        return Encoding.ASCII.GetString(wire.WrittenSpan);
    }

    private static async Task<string> ToolAsync(string tool, params string[] arguments) => Encoding.UTF8.GetString(await ToolBytesAsync(tool, arguments));

    /// <summary>Standard output of one of libiio's own tools.</summary>
    private static async Task<byte[]> ToolBytesAsync(string tool, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using CancellationTokenSource deadline = new(Deadline);
        MemoryStream output = new();
        Task<string> errors = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await process.StandardOutput.BaseStream.CopyToAsync(output, deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"{tool} did not end; so far it said: {Encoding.UTF8.GetString(output.ToArray())}");
        }

        Assert.True(process.ExitCode == 0, $"{tool} ended with {process.ExitCode}: {await errors}");
        return output.ToArray();
    }

    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly IiodServer server;
        private readonly Task serving;

        public Running()
        {
            SimulatedWorld world = SkinOxygenTests.Bound(null);
            server = new IiodServer(new SimulatedIiod(world.OxygenMonitors, world.Scenario.Start), world.OxygenMonitors, 0);
            serving = Task.Run(() => server.RunAsync(TimeProvider.System, null, stop.Token));
        }

        public int Port => server.Port;

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await serving;
            server.Dispose();
            stop.Dispose();
        }
    }

    private sealed class Stopped : ITapeClock
    {
        public long NowNs => 0;
    }
}
