using System.Net;
using System.Net.Sockets;
using Vascular.Devices.Interop;
using Vascular.Devices.Links;

namespace Vascular.Acquisition.Station;

/// <summary>What of a machine decides whether a station works on it. A test puts a broken one in its place.</summary>
public sealed record Machine
{
    /// <summary>Time of certificates.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The kernel's folder of terminals, where a USB adapter tells its latency timer.</summary>
    public string Terminals { get; init; } = "/sys/class/tty";

    /// <summary>The kernel's folder of clocks that run without power.</summary>
    public string BatteryClocks { get; init; } = "/sys/class/rtc";

    /// <summary>Whether a time server keeps the wall clock; null: nobody knows.</summary>
    public Func<bool?> IsClockSynchronised { get; init; } = KernelClock.IsSynchronised;

    /// <summary>Whether this user may read and write a device.</summary>
    public Func<string, bool> MayUse { get; init; } = DeviceFile.MayUse;

    /// <summary>Bytes this user may still write on the disk of a folder.</summary>
    public Func<string, long> FreeBytes { get; init; } = folder => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>Whether a TCP port of this machine can be listened on.</summary>
    public Func<int, bool> IsPortFree { get; init; } = IsFree;

    /// <summary>Programs and plugins of the archive that reads angiograms which are not there; null: all are.</summary>
    public Func<string?> MissingForAngiography { get; init; } = Archive.OrthancProgram.Missing;

    private static bool IsFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
