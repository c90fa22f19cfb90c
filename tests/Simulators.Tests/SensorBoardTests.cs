using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Vascular.Devices;
using Vascular.Devices.Links;
using Vascular.Devices.Max30102;
using Vascular.Processing.Vocabulary;
using Vascular.Simulators.Clock;
using Vascular.Simulators.Iiod;
using Vascular.Simulators.Scripts;

namespace Vascular.Simulators.Tests;

/// <summary>The board of sensors behind a simulated iiod, read by libiio's own tools and by our link.</summary>
public sealed class SensorBoardTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("READ max30102 INPUT temp raw\r\n", "-16\n")]
    [InlineData("READ max30102 INPUT intensity_ir raw\r\n", "-2\n")]
    [InlineData("READ hx711 INPUT voltage0 scale\r\n", "12\n0.000002327\0\n")]
    [InlineData("READ mcp3208 INPUT voltage7 raw\r\n", "2\n0\0\n")]
    [InlineData("READ mprls0025pa INPUT pressure offset\r\n", "9\n-1677722\0\n")]
    [InlineData("READ bmp280 INPUT pressure input\r\n", "11\n100.653266\0\n")]
    [InlineData("OPEN max30102 4 00000007\r\n", "-22\n")]        // a temperature is not sampled
    [InlineData("OPEN mcp3208 4 00000001\r\n", "-22\n")]
    [InlineData("READBUF max30102 8\r\n", "-9\n")]
    public void Each_sensor_answers_as_its_driver_would(string said, string answer)
    {
        IiodSession session = new(Sensors().Board);
        session.Receive(0, Encoding.ASCII.GetBytes(said));
        Assert.Equal(answer, Encoding.ASCII.GetString(Said(session, 0)));
    }

    [Fact]
    public void Samples_of_both_lights_stand_as_the_kernels_driver_puts_them_and_every_reader_gets_the_same()
    {
        SensorBoard sensors = Sensors();
        string[] reads = [.. Enumerable.Range(0, 2).Select(_ =>
        {
            IiodSession session = new(sensors.Board);
            session.Receive(0, "OPEN max30102 4 00000003\r\nREADBUF max30102 32\r\n"u8);
            Assert.Equal("0\n", Encoding.ASCII.GetString(Said(session, 0)));
            Assert.Equal(4 * Nanoseconds.PerSecond / 100, session.NextAtNs);
            return Convert.ToHexString(Said(session, Nanoseconds.PerSecond));
        })];
        Assert.Equal(reads[0], reads[1]);
        byte[] bytes = Convert.FromHexString(reads[0]);
        Assert.Equal("32\n00000003\n", Encoding.ASCII.GetString(bytes, 0, 12));
        Assert.Equal(12 + 32, bytes.Length);
        Assert.InRange(BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(12)) >> 8, 110_000, 130_000);
        Assert.InRange(BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16)) >> 8, 130_000, 170_000);
        Assert.Equal(0, bytes[15]);
    }

    [Fact]
    public async Task Debians_iio_info_reads_every_sensor_and_iio_readdev_streams_the_light()
    {
        await using Running running = new(Sensors());
        string told = Encoding.UTF8.GetString(await ToolAsync("iio_info", "-u", $"ip:127.0.0.1:{running.Port}"));
        Assert.Contains("IIO context has 5 devices:", told, StringComparison.Ordinal);
        Assert.Contains("iio:device0: max30102 (buffer capable)", told, StringComparison.Ordinal);
        Assert.Contains("intensity_ir:  (input, index: 1, format: be:u18/32>>8)", told, StringComparison.Ordinal);
        Assert.Contains("scale value: 0.000002327", told, StringComparison.Ordinal);
        Assert.Contains("input value: 100.653266", told, StringComparison.Ordinal);
        Assert.Single(told.Split('\n'), l => l.Contains("ERROR", StringComparison.Ordinal));        // the light's temperature, while its buffer does not run
        byte[] bytes = await ToolAsync("iio_readdev", "-u", $"ip:127.0.0.1:{running.Port}", "-b", "8", "-s", "16", "max30102", "intensity_red", "intensity_ir");
        Assert.Equal(16 * 8, bytes.Length);
        for (int n = 0; n < 16; n++)
        {
            Assert.InRange(BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(n * 8)) >> 8, 110_000, 130_000);
            Assert.InRange(BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan((n * 8) + 4)) >> 8, 130_000, 170_000);
        }
    }

    [Fact]
    public async Task Our_link_reads_the_light_without_a_hole()
    {
        await using Running running = new(Sensors());
        Max30102Monitor monitor = new();
        List<Reading> readings = [];
        using CancellationTokenSource deadline = new(Deadline);
        LinkFactory factory = new(new Counting(), TimeProvider.System);
        LinkSettings.Iiod settings = new("127.0.0.1", running.Port, "max30102", []) { Buffer = new IiodBuffer(["intensity_red", "intensity_ir"], 32) };
        await using ILink link = await factory.OpenAsync(settings, deadline.Token);
        await foreach (Arrival arrival in link.ReadAsync(deadline.Token))
        {
            monitor.Next(new Devices.Record(RecordKind.Bytes, 0, arrival.Bytes), readings);
            if (readings.Count >= 64)
            {
                break;
            }
        }

        Assert.All(readings, r => Assert.True(r is { Kind: ReadingKind.PlethSample, HasValue: true }));
        Assert.All(readings, r => Assert.InRange(r.Value, 262_143 - 170_000, 262_143 - 130_000));
    }

    private static SensorBoard Sensors()
    {
        SensorBoard sensors = new(new SimulatedWorld(ScenarioFile.Load("seed-2017-09")));
        sensors.PutOn(Site.Parse("R.TOE"));
        return sensors;
    }

    private static byte[] Said(IiodSession session, long atNs)
    {
        ArrayBufferWriter<byte> wire = new();
        session.Advance(atNs, wire);
        return wire.WrittenSpan.ToArray();
    }

    /// <summary>Standard output of one of libiio's own tools.</summary>
    private static async Task<byte[]> ToolAsync(string tool, params string[] arguments)
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
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"{tool} did not end; so far it said {output.Length} bytes"));
        }

        Assert.True(process.ExitCode == 0, $"{tool} ended with {process.ExitCode}: {await errors}");
        return output.ToArray();
    }

    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly IiodServer server;
        private readonly Task serving;

        public Running(SensorBoard sensors)
        {
            server = new IiodServer(sensors.Board, [], 0);
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

    private sealed class Counting : ITapeClock
    {
        public long NowNs => 0;
    }
}
