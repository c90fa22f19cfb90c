using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Vascular.Acquisition.Tests.Publishing.Mqtt;

/// <summary>A test that needs Debian's mosquitto; it is skipped, with the reason, where there is none.</summary>
public sealed class MosquittoFactAttribute : FactAttribute
{
    public MosquittoFactAttribute() => Skip = MosquittoPeer.Program is null ? "mosquitto is not installed (apt-get install mosquitto)" : null;
}

/// <summary>A real mosquitto with the shipped configuration, in a folder and on a port of its own.</summary>
public sealed class MosquittoPeer : MqttPeer
{
    private readonly Process process;

    private MosquittoPeer(int largestPacket)
    {
        using (TcpListener free = new(IPAddress.Loopback, 0))
        {
            free.Start();
            Port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        string shipped = Path.Combine(AppContext.BaseDirectory, "config", "mosquitto");
        string configuration = File.ReadAllText(Path.Combine(shipped, "mosquitto.conf"));
        Assert.Contains("listener 18883 127.0.0.1", configuration, StringComparison.Ordinal);
        File.WriteAllText(
            Path.Combine(Keys.Root, "mosquitto.conf"),
            $"user {Environment.UserName}\n" + configuration.Replace("listener 18883 127.0.0.1", $"listener {Port} 127.0.0.1", StringComparison.Ordinal)
                .Replace("max_packet_size 1048576", $"max_packet_size {largestPacket}", StringComparison.Ordinal));
        File.Copy(Path.Combine(shipped, "acl.conf"), Path.Combine(Keys.Root, "acl.conf"));
        Directory.CreateDirectory(Path.Combine(Keys.Root, "data"));
        process = new Process
        {
            StartInfo = new ProcessStartInfo(Program!, ["-c", "mosquitto.conf"]) { WorkingDirectory = Keys.Root, RedirectStandardError = true, RedirectStandardOutput = true },
        };
    }

    /// <summary>Path of the broker, or null when it is not installed.</summary>
    public static string? Program => new[] { "/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/usr/bin/mosquitto" }.FirstOrDefault(File.Exists);

    public override int Port { get; }

    /// <param name="largestPacket">Its <c>max_packet_size</c>, bytes.</param>
    public static async Task<MosquittoPeer> StartAsync(int largestPacket = 1 << 20)
    {
        MosquittoPeer peer = new(largestPacket);
        TaskCompletionSource running = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<string> said = [];
        peer.process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                running.TrySetException(new InvalidOperationException("mosquitto ended: " + string.Join('\n', said)));
            }
            else if (!running.Task.IsCompleted)
            {
                said.Add(line.Data);
                if (line.Data.EndsWith(" running", StringComparison.Ordinal))
                {
                    running.TrySetResult();
                }
            }
        };
        peer.process.Start();
        peer.process.BeginErrorReadLine();
        peer.process.BeginOutputReadLine();
        await running.Task.WaitAsync(TestClient.Deadline);
        return peer;
    }

    public override async Task KillAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync().WaitAsync(TestClient.Deadline);
        }
    }
}
