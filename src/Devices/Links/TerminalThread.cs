using System.Diagnostics.CodeAnalysis;
using Vascular.Devices.Interop;

namespace Vascular.Devices.Links;

/// <summary>The one thread that reads every terminal of a station. It sleeps until a line has bytes, room or an end, and lives as long as it has lines.</summary>
/// <remarks>A line is served with one read of what is there, which never waits; so no line delays another.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "The thread disposes of what it waits with when it ends.")]
public sealed class TerminalThread
{
    private readonly Lock gate = new();
    private readonly Dictionary<ulong, TerminalLine> lines = [];
    private Readiness? readiness;
    private ulong lastToken = Readiness.Woken;
    private int running;

    /// <summary>Threads that run now: one, none without lines, for a moment two when the last line closed and another opened.</summary>
    internal int Running => Volatile.Read(ref running);

    /// <summary>Takes a line on. The thread begins with the first.</summary>
    /// <exception cref="IOException">The system has no descriptors left.</exception>
    internal (Readiness Readiness, ulong Token) Take(TerminalLine line)
    {
        lock (gate)
        {
            if (readiness is null)
            {
                Readiness fresh = readiness = new Readiness();
                Interlocked.Increment(ref running);
                new Thread(() => Run(fresh)) { IsBackground = true, Name = "terminals" }.Start();
            }

            lines.Add(++lastToken, line);
            return (readiness, lastToken);
        }
    }

    /// <summary>Lets a line go that is no longer waited for. The thread ends with the last.</summary>
    internal void Leave(ulong token)
    {
        lock (gate)
        {
            if (lines.Remove(token) && lines.Count == 0)
            {
                readiness!.Wake();
                readiness = null;
            }
        }
    }

    private void Run(Readiness own)
    {
        using (own)
        {
            while (true)
            {
                int count = own.Wait();
                for (int i = 0; i < count; i++)
                {
                    (ulong token, ReadyFor ready) = own[i];
                    if (token == Readiness.Woken)
                    {
                        Interlocked.Decrement(ref running);
                        return;
                    }

                    Find(token)?.Serve(ready);
                }
            }
        }
    }

    private TerminalLine? Find(ulong token)
    {
        lock (gate)
        {
            return lines.GetValueOrDefault(token);
        }
    }
}
