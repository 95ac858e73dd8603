"""What an operator watches over: how health is told, what can be mended, the way in through a proxy."""
