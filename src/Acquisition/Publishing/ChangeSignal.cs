namespace Vascular.Acquisition.Publishing;

/// <summary>"Something changed since you asked": whoever takes <see cref="Next"/> before looking cannot miss a change made while it looked.</summary>
internal sealed class ChangeSignal
{
    private readonly Lock gate = new();
    private TaskCompletionSource next = New();

    public Task Next()
    {
        lock (gate)
        {
            return next.Task;
        }
    }

    public void Raise()
    {
        TaskCompletionSource raised;
        lock (gate)
        {
            (raised, next) = (next, New());
        }

        raised.SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
