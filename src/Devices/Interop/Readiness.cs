using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vascular.Devices.Interop;

/// <summary>Waits until one of many descriptors has something to say (epoll), or until woken (eventfd). It never looks twice: between two events its thread sleeps.</summary>
/// <remarks>Level triggered. A hang-up is told whether it was asked for or not, so a descriptor nobody can serve just now is removed and added again later.</remarks>
internal sealed partial class Readiness : IDisposable
{
    /// <summary>Token of <see cref="Wake"/>; lines take others.</summary>
    internal const ulong Woken = 0;

    private const int CloseOnExec = 0x80000;
    private const int OpAdd = 1;
    private const int OpRemove = 2;
    private const int OpChange = 3;
    private const int AtOnce = 64;

    // struct epoll_event is packed on x64 and aligned elsewhere
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventSize = DataOffset + sizeof(ulong);

    private readonly SafeFileHandle _epoll;
    private readonly SafeFileHandle _wake;
    private readonly byte[] _events = new byte[AtOnce * EventSize];

    /// <exception cref="IOException">The system has no descriptors left.</exception>
    internal Readiness()
    {
        _epoll = CreateEpoll(CloseOnExec);
        if (_epoll.IsInvalid)
        {
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        }

        _wake = CreateEvent(0, CloseOnExec);
        if (_wake.IsInvalid)
        {
            _epoll.Dispose();
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        }

        _ = Add(_wake, Woken, ReadyFor.Reading);
    }

    /// <returns>False when the system refuses: the last error says why.</returns>
    internal bool Add(SafeFileHandle file, ulong token, ReadyFor wanted) => Order(OpAdd, file, token, wanted) == 0;

    /// <returns>False when the system refuses: the last error says why.</returns>
    internal bool Change(SafeFileHandle file, ulong token, ReadyFor wanted) => Order(OpChange, file, token, wanted) == 0;

    internal void Remove(SafeFileHandle file) => Order(OpRemove, file, Woken, ReadyFor.Nothing);

    /// <summary>Ends the wait under way, or the next one.</summary>
    internal void Wake()
    {
        Span<byte> one = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(one, 1);
        Libc.Write(_wake, one, one.Length);
    }

    /// <summary>Sleeps until something is ready.</summary>
    /// <returns>How many <see cref="this[int]"/> tells; 0 after a signal.</returns>
    internal int Wait() => Math.Max(0, WaitForever(_epoll, _events, AtOnce, -1));

    /// <summary>What is ready.</summary>
    internal (ulong Token, ReadyFor For) this[int index]
    {
        get
        {
            ReadOnlySpan<byte> entry = _events.AsSpan(index * EventSize, EventSize);
            return (MemoryMarshal.Read<ulong>(entry[DataOffset..]), (ReadyFor)MemoryMarshal.Read<uint>(entry));
        }
    }

    public void Dispose()
    {
        _epoll.Dispose();
        _wake.Dispose();
    }

    private int Order(int order, SafeFileHandle file, ulong token, ReadyFor wanted)
    {
        Span<byte> entry = stackalloc byte[16];
        MemoryMarshal.Write(entry, (uint)wanted);
        MemoryMarshal.Write(entry[DataOffset..], token);
        return Control(_epoll, order, file, entry);
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial SafeFileHandle CreateEpoll(int flags);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial SafeFileHandle CreateEvent(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle epoll, int order, SafeFileHandle file, ReadOnlySpan<byte> entry);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int WaitForever(SafeFileHandle epoll, Span<byte> events, int most, int milliseconds);
}

/// <summary>The event bits of epoll that are used.</summary>
[Flags]
internal enum ReadyFor : uint
{
    Nothing = 0,
    Reading = 0x1,
    Writing = 0x4,
    Failure = 0x8,
    HangUp = 0x10,
}
