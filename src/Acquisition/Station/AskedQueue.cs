namespace Vascular.Acquisition.Station;

/// <summary>What other threads ask of the thread that owns a paced examination. Bounded; when full, the one who asks is told so.</summary>
public sealed class AskedQueue
{
    /// <summary>No hand asks for more at once.</summary>
    public const int Most = 256;

    private readonly Queue<Action> _asked = new();
    private bool _closed;

    /// <returns>False when the owner has ended or too much waits.</returns>
    public bool TryAdd(Action action)
    {
        lock (_asked)
        {
            if (_closed || _asked.Count >= Most)
            {
                return false;
            }

            _asked.Enqueue(action);
            Monitor.Pulse(_asked);
            return true;
        }
    }

    /// <summary>The next thing asked, waited for so many milliseconds; null: none came.</summary>
    public Action? Take(int milliseconds)
    {
        lock (_asked)
        {
            if (_asked.Count == 0 && milliseconds > 0)
            {
                Monitor.Wait(_asked, milliseconds);
            }

            return _asked.TryDequeue(out Action? action) ? action : null;
        }
    }

    /// <summary>Nothing more is taken.</summary>
    /// <returns>What still waits: the owner answers it.</returns>
    public IReadOnlyList<Action> Close()
    {
        lock (_asked)
        {
            _closed = true;
            Action[] late = [.. _asked];
            _asked.Clear();
            return late;
        }
    }
}
