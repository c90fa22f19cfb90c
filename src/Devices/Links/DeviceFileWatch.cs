namespace Vascular.Devices.Links;

/// <summary>Looks every <see cref="Every"/> whether a path still leads to the device that was opened, beside a read that may never be told.</summary>
public sealed class DeviceFileWatch : IAsyncDisposable
{
    /// <summary>How often the device file is compared with the one that was opened.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource closing = new();
    private readonly Task watch;

    /// <param name="lost">Told once, with the reason, when another device or none is behind the path.</param>
    internal DeviceFileWatch(string path, DeviceFile opened, Action<string> lost, TimeProvider time) => watch = WatchAsync(path, opened, lost, time);

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await watch;
        closing.Dispose();
    }

    private async Task WatchAsync(string path, DeviceFile opened, Action<string> lost, TimeProvider time)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(closing.Token))
            {
                DeviceFile? now = DeviceFile.Find(path);
                if (now != opened)
                {
                    lost(now is null ? "the device file is gone" : "another device is behind the path");
                    return;
                }
            }
        }
        catch (IOException unreadable)
        {
            lost(unreadable.Message);
        }
        catch (OperationCanceledException)
        {
            // closing
        }
    }
}
