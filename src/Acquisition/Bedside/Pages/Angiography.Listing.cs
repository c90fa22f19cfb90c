using System.Data.Common;
using Vascular.Acquisition.Archive;
using Vascular.Devices.Angiography;

namespace Vascular.Acquisition.Bedside.Pages;

/// <summary>What comes while the page is open: it stands on the list by itself, and what is known of the open image follows. The image, its regions and its curves are left as they are.</summary>
public sealed partial class Angiography
{
    /// <summary>A station that starts over a full archive reads one study after the other: the list is made anew at most this often.</summary>
    private static readonly TimeSpan Relist = TimeSpan.FromMilliseconds(250);

    private string? _away;
    private int _unreadable;

    /// <summary>The board changes many times a second: only how the archive stands is of this page.</summary>
    private void OnBoard()
    {
        string? away = Context.Board.ArchiveTrouble;
        if (Interlocked.Exchange(ref _away, away) != away)
        {
            _ = InvokeAsync(StateHasChanged);
        }
    }

    private void OnStudies()
    {
        if (Interlocked.Exchange(ref _listing, 1) == 0)
        {
            _ = RelistAsync();
        }
    }

    private async Task RelistAsync()
    {
        try
        {
            await Task.Delay(Relist, Context.Time, _gone.Token);
            Interlocked.Exchange(ref _listing, 0);
            await InvokeAsync(async () =>
            {
                _unreadable = await Room!.UnreadableAsync(_gone.Token);
                Follow(await Room.ListAsync(_gone.Token));
                await FirstAsync();
                await CurvesAsync();
                StateHasChanged();
            });
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // the page went
        }
        catch (Exception e) when (e is DbException or AngiogramException)
        {
            // what stood on the list stands; the next change makes it anew
        }
    }

    private void Follow(IReadOnlyList<ListedImage> images)
    {
        if (_images is { } before)
        {
            _came.UnionWith(images.Where(i => !before.Any(i.IsSame)).Select(i => i.Instance));
        }

        _images = images;
        string? side = SideOf;
        _chosen = Now(_chosen);
        if (!_scoring && _side == (side ?? ""))
        {
            _side = SideOf ?? "";       // as it is bound now; what a person said stands, and a score of the other leg is refused
        }

        if (_before is { } kept && Now(kept.Listed) is { } listed)
        {
            _before = kept with { Listed = listed, Taken = Taken(kept.Image, listed) };
        }
    }

    /// <summary>As the list has it now.</summary>
    private ListedImage? Now(ListedImage? image) => image is null ? null : _images!.FirstOrDefault(image.IsSame) ?? image with { Doubts = [.. image.Doubts.Except([NotListed]), NotListed] };

    private const string NotListed = "no longer on the list";
}
