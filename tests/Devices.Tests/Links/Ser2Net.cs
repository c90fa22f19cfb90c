using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Vascular.Devices.Tests.Links;

/// <summary>Debian's ser2net in front of a pseudo terminal: somebody else's RFC 2217 server.</summary>
public sealed class Ser2Net : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ser2net-");
    private readonly Process daemon;

    /// <param name="accepter">How it is reached: <c>telnet(rfc2217),tcp</c>, <c>telnet,tcp</c> or <c>tcp</c>.</param>
    public Ser2Net(string accepter = "telnet(rfc2217),tcp")
    {
        Port = FreePort();
        string settings = Path.Combine(folder.FullName, "ser2net.yaml");
        File.WriteAllText(settings, string.Create(CultureInfo.InvariantCulture, $"""
            connection: &line
              accepter: {accepter},127.0.0.1,{Port}
              connector: serialdev,{Device.DevicePath},9600n81,local
            """));
        daemon = Process.Start(new ProcessStartInfo(Program!, ["-n", "-d", "-c", settings, "-P", Path.Combine(folder.FullName, "pid")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        daemon.OutputDataReceived += static (_, _) => { };
        daemon.ErrorDataReceived += static (_, _) => { };
        daemon.BeginOutputReadLine();
        daemon.BeginErrorReadLine();
        Assert.True(SpinWait.SpinUntil(Listens, Deadline), "ser2net does not listen");
    }

    /// <summary>Null where it is not installed.</summary>
    public static string? Program { get; } = ((string[])["/usr/sbin/ser2net", "/usr/bin/ser2net"]).FirstOrDefault(File.Exists);

    public int Port { get; }

    /// <summary>The device behind it.</summary>
    public PseudoTerminal Device { get; } = new();

    public void Dispose()
    {
        Device.Dispose();
        daemon.Kill();
        daemon.WaitForExit();
        daemon.Dispose();
        folder.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }

    /// <summary>Asked of the kernel: a connection of ours would take the one place there is.</summary>
    private bool Listens() => File.ReadLines("/proc/net/tcp").Any(line => line.Contains($"0100007F:{Port:X4} 00000000:0000 0A", StringComparison.Ordinal));
}

/// <summary>Skipped, and counted so, where ser2net is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class Ser2NetTheoryAttribute : TheoryAttribute
{
    public Ser2NetTheoryAttribute() => Skip = Ser2Net.Program is null ? "ser2net is not installed (apt-get install ser2net)" : null;
}
