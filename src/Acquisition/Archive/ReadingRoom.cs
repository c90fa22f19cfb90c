using Vascular.Devices.Angiography;

namespace Vascular.Acquisition.Archive;

/// <summary>Where angiograms and films are looked at: lists what the archive holds, keeps the few images that are open.</summary>
/// <remarks>At most <see cref="MostOpen"/> are open; the one that was not looked at for longest is closed for the next. Nothing is kept of an image that is closed.</remarks>
public sealed class ReadingRoom(IAngiograms archive, IAngiogramIndex index, DirectoryInfo folder) : IDisposable
{
    public const int MostOpen = 4;
    private const int MostListed = 500;
    private static readonly string[] Modalities = ["XA", "DX", "CR"];

    private readonly SemaphoreSlim opening = new(1, 1);
    private readonly Lock gate = new();
    private readonly List<OpenRun> open = [];

    /// <summary>What can be looked at, the newest study first.</summary>
    /// <exception cref="AngiogramException">The archive cannot be reached.</exception>
    public Task<IReadOnlyList<ArchivedImage>> ListAsync(CancellationToken cancel) => index.FindAsync(Modalities, MostListed, cancel);

    /// <summary>Opens an image, or hands out the one that is open.</summary>
    /// <param name="progress">Told the share of the frames that are there.</param>
    /// <exception cref="AngiogramException">It cannot be read; the message says why, and every other image goes on.</exception>
    public async Task<OpenRun> OpenAsync(string study, string series, string instance, Action<double>? progress, CancellationToken cancel)
    {
        await opening.WaitAsync(cancel);
        try
        {
            if (Take(r => r.Image.Instance == instance) is { } here)
            {
                return here;
            }

            XaImage image = await archive.DescribeAsync(study, series, instance, cancel);
            OpenRun run = await OpenRun.OpenAsync(archive, image, folder, done => progress?.Invoke(done / (double)image.Frames), cancel);
            OpenRun? oldest = null;
            lock (gate)
            {
                open.Add(run);
                if (open.Count > MostOpen)
                {
                    oldest = open[0];
                    open.RemoveAt(0);
                }
            }

            oldest?.Dispose();
            return run;
        }
        finally
        {
            opening.Release();
        }
    }

    /// <summary>The open image of a token; null when it was closed.</summary>
    public OpenRun? Find(string token) => Take(r => r.Token == token);

    public void Dispose()
    {
        lock (gate)
        {
            open.ForEach(r => r.Dispose());
            open.Clear();
        }

        opening.Dispose();
    }

    private OpenRun? Take(Predicate<OpenRun> which)
    {
        lock (gate)
        {
            int at = open.FindIndex(which);
            if (at < 0)
            {
                return null;
            }

            OpenRun run = open[at];
            open.RemoveAt(at);
            open.Add(run);
            return run;
        }
    }
}
