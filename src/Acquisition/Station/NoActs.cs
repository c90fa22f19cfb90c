namespace Vascular.Acquisition.Station;

/// <summary>A door through which nothing comes, and which never closes: acts come from the page alone.</summary>
public sealed class NoActs(TimeProvider time) : TextReader
{
    public override async ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
        return 0;
    }
}
