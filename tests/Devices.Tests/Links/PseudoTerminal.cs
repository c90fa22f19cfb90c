using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vascular.Devices.Tests.Links;

/// <summary>A pseudo terminal pair, raw: the test holds the master and plays the device, the link opens <see cref="DevicePath"/>.</summary>
public sealed partial class PseudoTerminal : IDisposable
{
    private const int ReadWriteNoControllingNonBlocking = 0x2 | 0x100 | 0x800 | 0x80000;
    private const short PollIn = 1;
    private const short PollOut = 4;
    private const int PollMilliseconds = 20;
    private const int Again = 11;
    private const int InputOutputError = 5;

    private readonly SafeFileHandle master;

    public PseudoTerminal()
    {
        master = Check(OpenMaster(ReadWriteNoControllingNonBlocking));
        Check(Grant(master));
        Check(Unlock(master));
        byte[] name = new byte[128];
        Assert.Equal(0, NameOf(master, name, (nuint)name.Length));
        DevicePath = System.Text.Encoding.UTF8.GetString(name, 0, Array.IndexOf(name, (byte)0));
        byte[] settings = new byte[256];
        Check(GetAttributes(master, settings));
        MakeRaw(settings);
        Check(SetAttributes(master, 0, settings));
    }

    public string DevicePath { get; }

    /// <summary>Closing the master is the cable pulled: the kernel hangs up the slave and removes its node.</summary>
    public void Dispose() => master.Dispose();

    /// <summary>Bit/s the link set, from the structure that carries speeds as numbers (termios2).</summary>
    public uint Speed()
    {
        uint[] settings = new uint[16];
        Check(GetNumbers(master, 0x802C542A, settings));
        return settings[10];
    }

    /// <summary>Back to a terminal for people: lines, echo, signals, XON/XOFF, carriage return as line feed.</summary>
    public void MakeCooked()
    {
        byte[] settings = new byte[256];
        Check(GetAttributes(master, settings));
        (settings[1], settings[12]) = (0x05, 0x0B);
        Check(SetAttributes(master, 0, settings));
    }

    /// <summary>Bytes the link wrote; at least one, or none when nothing came and <paramref name="cancel"/> ended the wait.</summary>
    public Task<int> ReadAsync(byte[] buffer, CancellationToken cancel) => OnAThreadOfItsOwn(() =>
    {
        while (!cancel.IsCancellationRequested)
        {
            if (Wait(PollIn))
            {
                nint count = Read(master, buffer, (nuint)buffer.Length);
                if (count > 0)
                {
                    return (int)count;
                }

                ThrowUnless(Again, InputOutputError);
            }
        }

        return 0;
    });

    public Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => OnAThreadOfItsOwn(() =>
    {
        while (bytes.Length > 0)
        {
            cancel.ThrowIfCancellationRequested();
            if (Wait(PollOut))
            {
                nint count = Write(master, bytes.ToArray(), (nuint)bytes.Length);
                if (count < 0)
                {
                    ThrowUnless(Again);
                }

                bytes = bytes[(int)Math.Max(0, count)..];
            }
        }

        return 0;
    });

    // the device does not share the pool with the link under test: its waits there would hold the link up
    private static Task<int> OnAThreadOfItsOwn(Func<int> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private bool Wait(short what)
    {
        var entry = new PollEntry { File = master.DangerousGetHandle().ToInt32(), Events = what };
        return Poll(ref entry, 1, PollMilliseconds) > 0;
    }

    private static void ThrowUnless(params int[] expected)
    {
        int error = Marshal.GetLastPInvokeError();
        if (!expected.Contains(error))
        {
            throw new IOException(Marshal.GetPInvokeErrorMessage(error));
        }
    }

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        }
    }

    private static SafeFileHandle Check(SafeFileHandle file) => file.IsInvalid ? throw new IOException(Marshal.GetLastPInvokeErrorMessage()) : file;

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        internal int File;
        internal short Events;
        internal short Happened;
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial SafeFileHandle OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static partial int Grant(SafeFileHandle master);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int Unlock(SafeFileHandle master);

    [LibraryImport("libc", EntryPoint = "ptsname_r")]
    private static partial int NameOf(SafeFileHandle master, [Out] byte[] name, nuint size);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int GetAttributes(SafeFileHandle line, [In, Out] byte[] settings);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int GetNumbers(SafeFileHandle line, nuint request, [In, Out] uint[] settings);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw([In, Out] byte[] settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int SetAttributes(SafeFileHandle line, int when, byte[] settings);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollEntry entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle file, [Out] byte[] buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle file, byte[] bytes, nuint size);
}
