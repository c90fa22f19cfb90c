using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Vascular.Devices.Links;
using Vascular.Devices.Tests.Iiod;

namespace Vascular.Devices.Tests.Links;

/// <summary>Our client against Debian's own iiod. Without hardware it serves a context from a file, and every value answers "function not implemented".</summary>
public sealed class DebianIiodTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("iiod-");
    private readonly int port;
    private readonly Process daemon;

    public DebianIiodTests()
    {
        string context = Path.Combine(folder.FullName, "context.xml");
        File.WriteAllText(context, IiodGolden.Context);
        using (TcpListener free = new(IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        daemon = Process.Start(new ProcessStartInfo(File.Exists("/usr/sbin/iiod") ? "/usr/sbin/iiod" : "iiod", ["-p", $"{port}", "-u", $"xml:{context}"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    public void Dispose()
    {
        daemon.Kill();
        daemon.WaitForExit();
        daemon.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Its_context_is_read_and_its_errors_are_lines()
    {
        WaitingTime time = new();
        await using ILink link = await OpenAsync("site-a", time, new IiodAttribute("voltage0", "scale"), new IiodAttribute("voltage0", "raw"), new IiodAttribute(null, "sampling_frequency"));
        Assert.Equal($"iiod://127.0.0.1:{port}/iio:device0", link.Path);
        await using IAsyncEnumerator<Arrival> arrivals = link.ReadAsync(CancellationToken.None).GetAsyncEnumerator();
        List<string> lines = [];
        for (int poll = 0; poll < 2; poll++)
        {
            Task<bool> next = arrivals.MoveNextAsync().AsTask();
            await time.PassAsync(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1));
            for (int line = 0; line < 3; line++)
            {
                Assert.True(await next.WaitAsync(Deadline));
                lines.Add(Encoding.ASCII.GetString(arrivals.Current.Bytes.Span));
                next = line < 2 ? arrivals.MoveNextAsync().AsTask() : next;
            }
        }

        string[] poll1 = ["site-a/in_voltage0_scale\t-38\n", "site-a/in_voltage0_raw\t-38\n", "site-a/sampling_frequency\t-38\n"];
        Assert.Equal([.. poll1, .. poll1], lines);
    }

    [Fact]
    public async Task Two_chips_of_one_name_are_refused_where_the_daemon_would_take_the_first()
    {
        IOException failure = await Assert.ThrowsAsync<IOException>(() => OpenAsync("ads1015", new WaitingTime(), new IiodAttribute("voltage0", "raw")));
        Assert.Contains("2 devices are called ads1015: write the label or id of one (site-a, iio:device1)", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Tries again while the daemon is still starting.</summary>
    private async Task<ILink> OpenAsync(string device, WaitingTime time, params IiodAttribute[] attributes)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await IiodPolled.OpenAsync(new LinkSettings.Iiod("127.0.0.1", port, device, attributes), new CountingClock(), time, CancellationToken.None);
            }
            catch (IOException starting) when (starting.Message.StartsWith("no connection", StringComparison.Ordinal) && TimeProvider.System.GetElapsedTime(began) < Deadline)
            {
                Assert.False(daemon.HasExited);
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        }
    }
}
