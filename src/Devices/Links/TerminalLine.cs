using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;
using Microsoft.Win32.SafeHandles;
using Vascular.Devices.Interop;

namespace Vascular.Devices.Links;

/// <summary>An open terminal between the thread that reads it and the one who takes its arrivals.</summary>
/// <remarks>
/// Each read is stamped on the thread, at once, and kept in one of <see cref="Slots"/> places until it is taken. When all are full the terminal is no longer
/// waited for: its bytes stay with the kernel, and with a flow control with the device. A read allocates nothing.
/// </remarks>
internal sealed class TerminalLine : IValueTaskSource
{
    internal const int Slots = 16;
    private const int SlotSize = 4096;

    private readonly Lock gate = new();
    private readonly SafeFileHandle file;
    private readonly string name;
    private readonly ITapeClock clock;
    private readonly TimeProvider time;
    private readonly byte[] bytes = new byte[Slots * SlotSize];
    private readonly (long AtNs, int Length)[] reads = new (long, int)[Slots];
    private readonly TerminalThread thread;
    private readonly Readiness readiness;
    private readonly ulong token;
    private ManualResetValueTaskSourceCore<bool> arrived = new() { RunContinuationsAsynchronously = true };
    private bool waiting;
    private int first;
    private int count;
    private ReadyFor wanted;
    private TaskCompletionSource? room;
    private string? lostBecause;

    internal TerminalLine(SafeFileHandle file, string name, TerminalThread thread, ITapeClock clock, TimeProvider time)
    {
        (this.file, this.name, this.thread, this.clock, this.time) = (file, name, thread, clock, time);
        (readiness, token) = thread.Take(this);
        lock (gate)
        {
            Want();
        }
    }

    /// <summary>Reads nobody has taken yet.</summary>
    internal int Held => Volatile.Read(ref count);

    /// <summary>On the terminals' thread: takes what is there.</summary>
    internal void Serve(ReadyFor ready)
    {
        lock (gate)
        {
            if (lostBecause is not null)
            {
                return;
            }

            if ((ready & (ReadyFor.Writing | ReadyFor.HangUp | ReadyFor.Failure)) != 0)
            {
                room?.TrySetResult();
                room = null;
            }

            if (count < Slots && (ready & (ReadyFor.Reading | ReadyFor.HangUp | ReadyFor.Failure)) != 0)
            {
                ReadOnce();
            }

            // a hang-up behind full slots is told again when there is room
            Want();
        }
    }

    /// <summary>Marks the line as lost; the first reason stays. What was read before is still handed out.</summary>
    internal void Lose(string because)
    {
        lock (gate)
        {
            if (lostBecause is not null)
            {
                return;
            }

            lostBecause = because;
            room?.TrySetResult();
            room = null;
            Want();
            Wake();
        }

        thread.Leave(token);
    }

    internal async IAsyncEnumerable<Arrival> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        using CancellationTokenRegistration stop = cancel.UnsafeRegister(static line => ((TerminalLine)line!).Stop(), this);
        while (true)
        {
            await NextAsync(cancel);
            if (cancel.IsCancellationRequested)
            {
                yield break;
            }

            int slot = first;
            if (Volatile.Read(ref count) == 0)
            {
                throw LostLine();
            }

            try
            {
                yield return new Arrival(reads[slot].AtNs, bytes.AsMemory(slot * SlotSize, reads[slot].Length));
            }
            finally
            {
                Taken();
            }
        }
    }

    internal async ValueTask WriteAsync(ReadOnlyMemory<byte> unsent, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        int all = unsent.Length;
        CancellationTokenSource? deadline = null;
        CancellationTokenSource? ending = null;
        try
        {
            while (WriteSome(ref unsent) is { } room)
            {
                deadline ??= new CancellationTokenSource(ByteLine.WriteLimit, time);
                ending ??= CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
                await room.WaitAsync(ending.Token);
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new IOException($"{name} did not take {all} bytes within {ByteLine.WriteLimit.TotalSeconds:0} s");
        }
        finally
        {
            ending?.Dispose();
            deadline?.Dispose();
        }
    }

    void IValueTaskSource.GetResult(short version) => arrived.GetResult(version);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short version) => arrived.GetStatus(version);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short version, ValueTaskSourceOnCompletedFlags flags) =>
        arrived.OnCompleted(continuation, state, version, flags);

    /// <summary>Ends when there is an arrival, a loss or a stop.</summary>
    private ValueTask NextAsync(CancellationToken cancel)
    {
        lock (gate)
        {
            if (count > 0 || lostBecause is not null || cancel.IsCancellationRequested)
            {
                return ValueTask.CompletedTask;
            }

            waiting = true;
            arrived.Reset();
            return new ValueTask(this, arrived.Version);
        }
    }

    private void Stop()
    {
        lock (gate)
        {
            Wake();
        }
    }

    private void Wake()
    {
        if (waiting)
        {
            waiting = false;
            arrived.SetResult(true);
        }
    }

    private void Taken()
    {
        lock (gate)
        {
            first = (first + 1) % Slots;
            count--;
            Want();
        }
    }

    private void ReadOnce()
    {
        int slot = (first + count) % Slots;
        nint length = Libc.Read(file, bytes.AsSpan(slot * SlotSize, SlotSize), SlotSize);
        if (length > 0)
        {
            reads[slot] = (clock.NowNs, (int)length);
            count++;
            Wake();
            return;
        }

        int error = Marshal.GetLastPInvokeError();
        if (length < 0 && error is Libc.WouldBlock or Libc.Interrupted)
        {
            return;
        }

        Lose(length == 0 ? "the other end closed it" : Marshal.GetPInvokeErrorMessage(error));
    }

    /// <summary>Writes what the terminal takes now.</summary>
    /// <returns>Ends when it may take more; null when all is written.</returns>
    private Task? WriteSome(ref ReadOnlyMemory<byte> unsent)
    {
        lock (gate)
        {
            while (!unsent.IsEmpty)
            {
                if (lostBecause is not null)
                {
                    throw LostLine();
                }

                nint written = Libc.Write(file, unsent.Span, unsent.Length);
                if (written >= 0)
                {
                    unsent = unsent[(int)written..];
                    continue;
                }

                int error = Marshal.GetLastPInvokeError();
                if (error == Libc.WouldBlock)
                {
                    room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    Want();
                    return room.Task;
                }

                if (error != Libc.Interrupted)
                {
                    Lose(Marshal.GetPInvokeErrorMessage(error));
                }
            }

            return lostBecause is null ? null : throw LostLine();
        }
    }

    /// <summary>Waits for what can be served now, and for nothing else.</summary>
    private void Want()
    {
        ReadyFor now = lostBecause is not null ? ReadyFor.Nothing
            : (count < Slots ? ReadyFor.Reading : ReadyFor.Nothing) | (room is null ? ReadyFor.Nothing : ReadyFor.Writing);
        if (now == wanted)
        {
            return;
        }

        if (now == ReadyFor.Nothing)
        {
            readiness.Remove(file);
        }
        else if (!(wanted == ReadyFor.Nothing ? readiness.Add(file, token, now) : readiness.Change(file, token, now)))
        {
            Lose(Marshal.GetLastPInvokeErrorMessage());
            return;
        }

        wanted = now;
    }

    private IOException LostLine() => new($"{name} lost: {lostBecause}");
}
